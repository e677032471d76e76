//! The built-in editor in a real terminal, with what a real server says of its fields.

use crate::labs;
use crate::pty::Terminal;
use crate::support::wait_until;

const WEB: &str = "
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: x-writing, labels: {app: web}}
spec:
  replicas: 0
  selector: {matchLabels: {app: web}}
  template: {metadata: {labels: {app: web}}, spec: {containers: [{name: a, image: 'b:1'}]}}
";

#[test]
fn a_field_of_the_servers_own_schemas_is_completed_checked_and_sent() {
    let lab = labs::busy();
    lab.create("{apiVersion: v1, kind: Namespace, metadata: {name: x-writing}}").unwrap();
    lab.create(WEB).unwrap();
    let arguments = ["deploy", "-n", "x-writing"];
    let mut kx = Terminal::start(&lab.kubeconfig("admin"), &arguments, 40, 140);
    kx.until("the deployment", |s| s.contains("web") && s.contains("0/0"));
    // Neither $VISUAL nor $EDITOR is set.
    kx.keys("e");
    kx.until("its text", |s| s.contains("edit deployment/web") && s.contains("replicas: 0"));
    // ctrl-f, then to the end of the line.
    kx.keys("\x06replicas: 0\r\x05");
    kx.until("what the server says of the field", |s| {
        s.contains("spec.replicas") && s.contains("int32") && s.contains("desired pods")
    });
    kx.keys("\rreplicaz: 1");
    kx.shows("there is no field replicaz; did you mean replicas?");
    // ctrl-u and backspace take the line away, indentation and all.
    kx.keys("\x15\x7f");
    kx.until("nothing wrong any more", |s| !s.contains("replicaz"));
    kx.keys("\rminR");
    kx.until("the field", |s| s.contains("minReadySeconds"));
    kx.keys("\t7");
    kx.shows("minReadySeconds: 7");
    // ctrl-s
    kx.keys("\x13");
    kx.until("the difference", |s| {
        s.contains("The server would store this") && s.contains("minReadySeconds: 7")
    });
    kx.keys("\r");
    let stored =
        || lab.run(["-n=x-writing", "get", "-o=jsonpath={.spec.minReadySeconds}", "deploy/web"]);
    wait_until("the server has it", || stored() == "7");
    kx.until("the deployments again", |s| s.contains("UP-TO-DATE"));
    kx.keys("\x03");
    assert!(kx.ended().success());
}
