//! The chart that is installed: a bit of everything, and more or less of it by its values.

use std::fs;
use std::path::{Path, PathBuf};

/// Its files, each with its path.
const FILES: [(&str, &str); 7] = [
    (
        "Chart.yaml",
        "apiVersion: v2\nname: shop\nversion: 1.4.2\nappVersion: '7.1'\ndescription: Twins\n",
    ),
    (
        "values.yaml",
        "mode: one\nreplicas: 1\nimage: app:1\npassword: first-secret\nextra: false\ntable: {deep: {a: 1, b: [x, y]}, gone: yes}\n\
         schedule: '* * * * *'\nspoilt: ''\nblocked: false\n",
    ),
    (
        "templates/NOTES.txt",
        "{{ .Release.Name }} runs {{ .Values.image }}.\nLog in with {{ .Values.password }}.\n",
    ),
    (
        "templates/config.yaml",
        "apiVersion: v1
kind: Secret
metadata: {name: shop}
stringData: {token: {{ .Values.password }}{{ if .Values.extra }}, more: text{{ end }}}
data: {raw: {{ b64enc .Values.mode }}}
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: shop
  labels: {app: shop{{ with .Values.spoilt }}, spoilt: {{ quote . }}{{ end }}}
data:
  mode: {{ .Values.mode }}
  same: 'yes'
  {{- if .Values.extra }}
  added: 'yes'
  {{- else }}
  gone: 'yes'
  {{- end }}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: shop}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: {{ if .Values.extra }}new{{ else }}old{{ end }}}
data: {a: b}
{{- if .Values.extra }}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: kept, annotations: {helm.sh/resource-policy: keep}}
data: {mode: {{ .Values.mode }}}
{{- end }}
",
    ),
    (
        "templates/custom.yaml",
        "apiVersion: stable.example.com/v1
kind: CronTab
metadata: {name: shop}
spec:
  cronSpec: {{ quote .Values.schedule }}
  image: {{ .Values.image }}
  same: {a: 1, list: [{name: x}, {name: y}]}
  {{- if .Values.extra }}
  extra: true
  {{- end }}
",
    ),
    (
        "templates/workload.yaml",
        "apiVersion: v1
kind: Service
metadata: {name: shop}
spec:
  type: NodePort
  selector: {app: shop}
  ports:
  - {name: http, port: 80, targetPort: {{ if .Values.extra }}9090{{ else }}8080{{ end }}}
  {{- if .Values.extra }}
  - {name: admin, port: 81, targetPort: 9091}
  - {name: dns, port: 53, protocol: UDP}
  {{- end }}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: shop, labels: {app: shop}}
spec:
  replicas: {{ .Values.replicas }}
  {{- if .Values.extra }}
  strategy: {type: Recreate}
  {{- end }}
  selector: {matchLabels: {app: shop}}
  template:
    metadata: {labels: {app: shop}, annotations: {mode: {{ .Values.mode }}}}
    spec:
      serviceAccountName: shop
      containers:
      - name: app
        image: {{ .Values.image }}
        args: [--mode, {{ .Values.mode }}]
        env:
        - {name: MODE, value: {{ .Values.mode }}}
        - {name: SAME, value: x}
        {{- if .Values.extra }}
        - {name: MORE, value: why}
        {{- end }}
        ports: [{containerPort: 8080}]
        volumeMounts: [{name: conf, mountPath: {{ if .Values.extra }}/etc/conf{{ else }}/conf{{ end }}}]
      {{- if .Values.extra }}
      - {name: side, image: 'side:3'}
      {{- end }}
      volumes:
      - name: conf
        {{- if .Values.extra }}
        secret: {secretName: shop}
        {{- else }}
        configMap: {name: shop}
        {{- end }}
",
    ),
    ("templates/hooks.yaml", HOOKS),
];

/// Hooks of every event that kx runs, whose names say in which order they run.
const HOOKS: &str = "
{{- range list
  (list \"third\" \"Job\" \"pre-rollback\" \"5\" \"hook-succeeded\")
  (list \"first\" \"Job\" \"pre-rollback\" \"-5\" \"\")
  (list \"second\" \"ConfigMap\" \"pre-rollback,pre-delete\" \"0\" \"before-hook-creation\")
  (list \"fourth\" \"Job\" \"post-rollback\" \"1\" \"before-hook-creation,hook-succeeded\")
  (list \"fifth\" \"ConfigMap\" \"post-rollback\" \"2\" \"before-hook-creation,hook-failed\")
  (list \"before\" \"Job\" \"pre-delete\" \"7\" \"hook-succeeded\")
  (list \"after\" \"ConfigMap\" \"post-delete\" \"0\" \"\")
}}
---
apiVersion: {{ if eq (index . 1) \"Job\" }}batch/v1{{ else }}v1{{ end }}
kind: {{ index . 1 }}
metadata:
  name: {{ index . 0 }}
  annotations:
    helm.sh/hook: {{ index . 2 }}
    helm.sh/hook-weight: {{ index . 3 | quote }}
    {{- with index . 4 }}
    helm.sh/hook-delete-policy: {{ . }}
    {{- end }}
{{- if eq (index . 1) \"Job\" }}
spec: {template: {spec: {restartPolicy: Never, containers: [{name: a, image: 'b:1'}]}}}
{{- else }}
data: {mode: {{ $.Values.mode }}}
{{- end }}
{{- end }}
{{- if .Values.blocked }}
---
# It is there already, and is not deleted before it is made.
apiVersion: v1
kind: ConfigMap
metadata: {name: shop, annotations: {helm.sh/hook: pre-rollback, helm.sh/hook-weight: '9', helm.sh/hook-delete-policy: hook-succeeded}}
{{- end }}
";

/// Writes the chart into a folder of this name, and says where it is.
pub fn write(into: &Path) -> PathBuf {
    for (path, text) in FILES {
        let path = into.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    into.to_owned()
}
