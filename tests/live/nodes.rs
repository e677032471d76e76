//! What kx says of nodes among the wide columns is what `kubectl describe node` says of them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use kx::kinds::Cell;
use kx::wire::Quantity;

use crate::lab::{Lab, Options};
use crate::pty::Terminal;

const ROOM: &str = r#"
apiVersion: v1
kind: List
items:
- {apiVersion: v1, kind: Namespace, metadata: {name: x-room}}
- apiVersion: v1
  kind: Node
  metadata: {name: full}
  spec: {taints: [{key: example.com/gpu, value: big, effect: NoSchedule}, {key: bare, effect: NoExecute}]}
  status:
    capacity: {cpu: "8", memory: 32Gi, pods: "110", example.com/gpu: "8", example.com/nic: "1k"}
    allocatable: {cpu: 7500m, memory: 31Gi, pods: "110", example.com/gpu: "8", example.com/nic: "1k"}
    conditions: [{type: MemoryPressure, status: "False"}, {type: Ready, status: "True"}]
    nodeInfo: INFO
- apiVersion: v1
  kind: Node
  metadata: {name: pressed}
  status:
    capacity: {cpu: "2", memory: 4Gi, pods: "10"}
    allocatable: {cpu: "2", memory: 4Gi, pods: "10"}
    conditions: [{type: DiskPressure, status: "True"}, {type: PIDPressure, status: "True"}, {type: Ready, status: "True"}]
    nodeInfo: INFO
- apiVersion: v1
  kind: Node
  metadata: {name: closed}
  spec: {unschedulable: true}
  status: {allocatable: {cpu: "2", memory: 4Gi, pods: "10"}, nodeInfo: INFO, conditions: [{type: Ready, status: "True"}]}
- apiVersion: v1
  kind: Node
  metadata: {name: down}
  spec: {taints: [{key: node.kubernetes.io/unreachable, effect: NoExecute}]}
  status: {allocatable: {cpu: "2", memory: 4Gi, pods: "10"}, nodeInfo: INFO, conditions: [{type: MemoryPressure, status: Unknown}, {type: Ready, status: Unknown}]}
- apiVersion: v1
  kind: Pod
  metadata: {name: trains, namespace: x-room}
  spec:
    nodeName: full
    initContainers:
    - {name: first, image: "a:1", resources: {requests: {cpu: "3", memory: 100M}, limits: {example.com/gpu: "1"}}}
    - {name: sidecar, image: "a:1", restartPolicy: Always, resources: {requests: {cpu: 100m, memory: 64Mi}, limits: {example.com/nic: "1"}}}
    containers:
    - {name: a, image: "a:1", resources: {requests: {cpu: 250m, memory: 1Gi}, limits: {example.com/gpu: "2"}}}
    - {name: b, image: "a:1", resources: {requests: {cpu: 1500m, memory: 512Mi}}}
- apiVersion: v1
  kind: Pod
  metadata: {name: whole, namespace: x-room}
  spec: {nodeName: full, resources: {requests: {cpu: 1100m, memory: 300Mi}}, containers: [{name: a, image: "a:1", resources: {requests: {cpu: "1"}, limits: {example.com/gpu: "3"}}}]}
- apiVersion: v1
  kind: Pod
  metadata: {name: over, namespace: x-room}
  spec: {nodeName: full, containers: [{name: a, image: "a:1", resources: {requests: {cpu: "64", memory: 256Gi}, limits: {example.com/gpu: "8"}}}]}
  status: {phase: Failed}
- apiVersion: v1
  kind: Pod
  metadata: {name: small, namespace: x-room}
  spec: {nodeName: pressed, containers: [{name: a, image: "a:1", resources: {requests: {cpu: 5m, memory: 7Mi}}}]}
"#;

/// No column of such a node is empty.
const INFO: &str = r#"{kubeletVersion: v1.36.3, osImage: Debian, kernelVersion: "6.12", containerRuntimeVersion: "containerd://2", architecture: amd64, operatingSystem: linux, bootID: "", kubeProxyVersion: "", machineID: "", systemUUID: ""}"#;

const ANOTHER: &str = r#"
apiVersion: v1
kind: Pod
metadata: {name: another, namespace: x-room}
spec: {nodeName: full, containers: [{name: a, image: "a:1", resources: {requests: {cpu: 700m, memory: 3Gi}, limits: {example.com/gpu: "2"}}}]}
"#;

const NODES: [&str; 4] = ["full", "pressed", "closed", "down"];

/// A cluster in which nothing happens but what is done here.
fn lab() -> &'static Lab {
    static LAB: OnceLock<Lab> = OnceLock::new();
    LAB.get_or_init(|| {
        let lab = Lab::start(&Options::bare()).unwrap();
        lab.create(&ROOM.replace("INFO", INFO)).unwrap();
        let status = r#"{"status": {"phase": "Failed"}}"#;
        let over = ["patch", "pod", "over", "-n=x-room", "--subresource=status", "--type=merge"];
        lab.run([&over[..], &["-p", status]].concat());
        lab
    })
}

/// What is said of a node: these columns, and how it is doing.
type Said = BTreeMap<&'static str, String>;

const COLUMNS: [&str; 7] =
    ["CPU/R", "MEM/R", "PODS/R", "DEVICES/R", "TAINTS", "CONDITIONS", "STATUS"];

/// What the rows of a screen say.
fn shown(screen: &str) -> BTreeMap<String, Said> {
    let cells = |line: &str| -> Vec<String> {
        let table = line.split('│').next().unwrap_or_default().trim_start_matches(['▌', ' ']);
        let apart = table.split("  ").map(str::trim).filter(|cell| !cell.is_empty());
        apart.map(str::to_owned).collect()
    };
    let lines: Vec<Vec<String>> = screen.lines().map(cells).collect();
    let is_head = |line: &&Vec<String>| line.iter().any(|cell| cell == "DEVICES/R");
    let Some(head) = lines.iter().find(is_head) else { return BTreeMap::new() };
    let rows = lines.iter().filter(|line| line.len() == head.len());
    let said = |row: &Vec<String>| {
        let column = |name: &&str| head.iter().position(|cell| cell == name);
        let cell = |name: &&'static str| {
            let text = &row[column(name)?];
            Some((*name, if *name == "STATUS" { text.clone() } else { set(text) }))
        };
        (row[0].clone(), COLUMNS.iter().filter_map(cell).collect())
    };
    rows.map(said).filter(|(name, _)| NODES.contains(&name.as_str())).collect()
}

/// Lists have no order that matters here.
fn set(text: &str) -> String {
    let parts: BTreeSet<&str> = text.split(',').map(str::trim).collect();
    parts.into_iter().collect::<Vec<_>>().join(",")
}

/// The lines of a section, what stands beside its title first.
fn section<'a>(text: &'a str, title: &str) -> Vec<&'a str> {
    let mut lines = text.lines().skip_while(|line| !line.starts_with(title));
    let first = lines.next().and_then(|line| line.strip_prefix(title)).unwrap_or_default();
    std::iter::once(first).chain(lines.take_while(|line| line.starts_with(' '))).collect()
}

/// What `kubectl describe node` says of a node, in the form of those columns.
fn described(text: &str) -> Said {
    let words = |title: &str| -> Vec<Vec<String>> {
        let lines = section(text, title).into_iter();
        let words = |line: &str| line.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        lines.map(words).filter(|words| !words.is_empty()).collect()
    };
    let room: BTreeMap<String, String> = words("Allocatable:")
        .into_iter()
        .map(|line| (line[0].trim_end_matches(':').to_owned(), line[1].clone()))
        .collect();
    let asked: BTreeMap<String, String> = words("Allocated resources:")
        .into_iter()
        .filter(|line| line.len() > 1)
        .map(|line| (line[0].clone(), line[1].clone()))
        .collect();
    let amount = |name: &str| Quantity { text: asked[name].clone() };
    let devices = room.iter().filter(|(name, _)| name.contains('/'));
    let devices: Vec<String> =
        devices.map(|(name, has)| format!("{name} {}/{has}", asked[name])).collect();
    let or_none = |text: String| if text.is_empty() { "<none>".to_owned() } else { text };
    let taints = words("Taints:").into_iter().flatten().collect::<Vec<_>>().join(",");
    let conditions: Vec<(String, String)> = words("Conditions:")
        .into_iter()
        .filter(|line| !matches!(line[0].as_str(), "Type" | "----"))
        .map(|line| (line[0].clone(), line[1].clone()))
        .collect();
    let is = |kind: &str, status: &str| conditions.iter().any(|c| c.0 == kind && c.1 == status);
    let wrong = conditions.iter().filter(|(kind, status)| kind != "Ready" && status == "True");
    let wrong = wrong.map(|(kind, _)| kind.as_str()).collect::<Vec<_>>().join(",");
    let closed = words("Unschedulable:")[0][0] == "true";
    let word = if is("Ready", "True") { "Ready" } else { "NotReady" };
    let state = match (word, closed || !wrong.is_empty()) {
        ("Ready", false) => "●",
        ("Ready", true) => "▲",
        _ => "✖",
    };
    let pods = words("Non-terminated Pods:")[0][0].trim_start_matches('(').to_owned();
    BTreeMap::from([
        ("CPU/R", Cell::Millicores(amount("cpu").milli().unwrap()).text(0)),
        ("MEM/R", Cell::Bytes(amount("memory").value().unwrap()).text(0)),
        ("PODS/R", pods),
        ("DEVICES/R", or_none(set(&devices.join(",")))),
        ("TAINTS", set(&taints)),
        ("CONDITIONS", or_none(set(&wrong))),
        ("STATUS", format!("{state} {word}{}", if closed { ",SchedulingDisabled" } else { "" })),
    ])
}

/// What kubectl says of all nodes now.
fn theirs(lab: &Lab) -> BTreeMap<String, Said> {
    let one = |name: &str| (name.to_owned(), described(&lab.run(["describe", "node", name])));
    NODES.iter().map(|name| one(name)).collect()
}

#[test]
fn wide_columns_say_what_kubectl_describes_and_go_on_saying_it() {
    let lab = lab();
    let mut kx = Terminal::start(&lab.kubeconfig("admin"), &["nodes"], 40, 700);
    kx.shows("pressed");
    kx.keys("\x17");
    let first = theirs(lab);
    let full = &first["full"];
    // Else nothing would be compared with nothing.
    assert_eq!(full["DEVICES/R"], "example.com/gpu 5/8,example.com/nic 1/1k");
    assert_eq!((full["PODS/R"].as_str(), full["STATUS"].as_str()), ("2", "● Ready"));
    assert_eq!(first["pressed"]["STATUS"], "▲ Ready");
    assert_eq!(first["pressed"]["CONDITIONS"], "DiskPressure,PIDPressure");
    assert_eq!(first["closed"]["STATUS"], "▲ Ready,SchedulingDisabled");
    assert_eq!(first["down"]["STATUS"], "✖ NotReady");
    agrees(&mut kx, &first);

    lab.create(ANOTHER).unwrap();
    let more = theirs(lab);
    assert_eq!(more["full"]["DEVICES/R"], "example.com/gpu 7/8,example.com/nic 1/1k");
    agrees(&mut kx, &more);

    lab.run(["delete", "pod", "another", "trains", "-n=x-room", "--force", "--grace-period=0"]);
    lab.run(["taint", "node", "full", "example.com/gpu-"]);
    let fewer = theirs(lab);
    assert_eq!(fewer["full"]["DEVICES/R"], "example.com/gpu 3/8,example.com/nic 0/1k");
    let taints = (&first["full"]["TAINTS"], &fewer["full"]["TAINTS"]);
    assert!(taints.0.contains("gpu=big") && !taints.1.contains("gpu"), "{taints:?}");
    agrees(&mut kx, &fewer);
}

/// Waits until the screen says this.
fn agrees(kx: &mut Terminal, said: &BTreeMap<String, Said>) {
    kx.until(&format!("what kubectl says: {said:#?}"), |screen| shown(screen) == *said);
}
