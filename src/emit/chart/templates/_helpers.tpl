{{/*
Every helper takes a dictionary: "root" is the chart's own context, "unit" one entry of `units`, "component" the part that
an object plays: "app" (what the Deployment runs), "schedule" or "migration".
*/}}

{{/* What selects the pods of one component of a unit; without a component, all pods of the unit. */}}
{{- define "inferra.selector" -}}
app.kubernetes.io/name: {{ .unit.name | quote }}
app.kubernetes.io/instance: {{ .root.Release.Name | quote }}
{{- with .component }}
app.kubernetes.io/component: {{ . | quote }}
{{- end }}
{{- end }}

{{/* The labels of a pod: nothing that changes while its image stays, or every release would restart every pod. */}}
{{- define "inferra.podLabels" -}}
{{ include "inferra.selector" . }}
app.kubernetes.io/part-of: {{ .root.Chart.Name | quote }}
app.kubernetes.io/version: {{ .root.Values.image.tag | trunc 63 | trimAll "-_." | quote }}
{{- end }}

{{/* The labels of any other object. */}}
{{- define "inferra.labels" -}}
{{ include "inferra.podLabels" . }}
app.kubernetes.io/managed-by: {{ .root.Release.Service | quote }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" | trunc 63 | trimAll "-_." | quote }}
{{- end }}

{{/* "true" where the number of pods follows the load. */}}
{{- define "inferra.scales" -}}
{{- if gt (int .unit.replicas.max) (int .unit.replicas.min) }}true{{ end }}
{{- end }}

{{/* Stops at what a schema cannot say: relations between two values. */}}
{{- define "inferra.check" -}}
{{- if lt (int .unit.replicas.max) (int .unit.replicas.min) }}
{{- fail (printf "units.%s.replicas: max is less than min" .slug) }}
{{- end }}
{{- if and .unit.port (eq (int .unit.port) (int .unit.healthPort)) }}
{{- fail (printf "units.%s: port and healthPort are the same; nothing else may listen on the health port" .slug) }}
{{- end }}
{{- end }}

{{/*
A schedule's name. Kubernetes allows 52 characters for a CronJob. A digest keeps long names apart, and also unit "a" with
schedule "b-c" from unit "a-b" with schedule "c".
*/}}
{{- define "inferra.scheduleName" -}}
{{- $plain := printf "%s-%s" .unit.name .schedule }}
{{- if or (contains "-" .schedule) (gt (len $plain) 52) }}
{{- printf "%s-%s" ($plain | trunc 43 | trimSuffix "-") (printf "%s/%s" .unit.name .schedule | sha256sum | trunc 8) }}
{{- else }}
{{- $plain }}
{{- end }}
{{- end }}

{{/*
The environment, sorted by name. Ports and grace are said once, as values of their own; the program and the objects here
read the same ones.
*/}}
{{- define "inferra.env" -}}
{{- $prefix := .unit.environmentPrefix }}
{{- $env := dict (printf "%s_HEALTH_PORT" $prefix) (.unit.healthPort | int | toString) (printf "%s_GRACE_S" $prefix) (.unit.graceSeconds | int | toString) }}
{{- if .unit.port }}
{{- $_ := set $env (printf "%s_PORT" $prefix) (.unit.port | int | toString) }}
{{- end }}
{{- range $name, $value := .unit.env }}
{{- if not (hasKey $env $name) }}
{{- $_ := set $env $name $value }}
{{- end }}
{{- end }}
{{- range $name, $value := $env }}
- name: {{ $name | quote }}
  value: {{ $value | quote }}
{{- end }}
{{- end }}

{{/* What every pod of a unit has, whatever it runs. */}}
{{- define "inferra.pod" -}}
serviceAccountName: {{ .unit.name | quote }}
{{- /*
No unit talks to the Kubernetes API. Its AWS credentials need no token from here: Pod Identity, and on Fargate the role of
the service account, mount a projected token of their own, whatever this says.
*/}}
automountServiceAccountToken: false
{{- /* Without this every Service of the namespace becomes environment variables that may shadow the application's own. */}}
enableServiceLinks: false
{{- /* Fargate has one architecture and chooses its own nodes. */}}
{{- if ne .root.Values.nodes "fargate" }}
nodeSelector:
  kubernetes.io/arch: {{ .unit.architecture | quote }}
  kubernetes.io/os: linux
{{- end }}
securityContext:
  runAsNonRoot: true
  runAsUser: 10001
  runAsGroup: 10001
  fsGroup: 10001
  fsGroupChangePolicy: OnRootMismatch
  seccompProfile:
    type: RuntimeDefault
  {{- /* The only way to a low port without a capability; Kubernetes counts this sysctl as safe. */}}
  {{- if and .unit.port (lt (int .unit.port) 1024) }}
  sysctls:
    - name: net.ipv4.ip_unprivileged_port_start
      value: "0"
  {{- end }}
volumes:
  {{- /* As much as a Lambda function has. A pod that writes more is evicted, so that it cannot fill its node. */}}
  - name: tmp
    emptyDir:
      sizeLimit: 512Mi
  {{- range .unit.mounts }}
  - name: {{ printf "files-%s" .files | quote }}
    persistentVolumeClaim:
      claimName: {{ .files | quote }}
      readOnly: {{ .readOnly }}
  {{- end }}
{{- end }}

{{/* The one container of every pod, without what only a server needs. */}}
{{- define "inferra.container" -}}
name: app
image: {{ printf "%s:%s" (required "image.repository of every unit comes from Terraform's output chart_values" .unit.image.repository) (required "image.tag is required: the tag that the images were pushed with" .root.Values.image.tag) | quote }}
{{- /* A tag of ours never moves, and a pod that starts again must not depend on the registry. */}}
imagePullPolicy: IfNotPresent
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities:
    drop:
      - ALL
env:
  {{- include "inferra.env" . | trim | nindent 2 }}
{{- /*
The limit of memory is its request: what a node has given away is there when it is needed. CPU has no limit, because a limit
slows a pod down while its node idles; the request is its share when the node is busy, and what autoscaling measures by.
*/}}
resources:
  requests:
    cpu: {{ .unit.resources.cpu | quote }}
    memory: {{ .unit.resources.memory | quote }}
  limits:
    memory: {{ .unit.resources.memory | quote }}
volumeMounts:
  - name: tmp
    mountPath: /tmp
  {{- range .unit.mounts }}
  - name: {{ printf "files-%s" .files | quote }}
    mountPath: {{ .path | quote }}
    readOnly: {{ .readOnly }}
  {{- end }}
{{- end }}
