{{- define "dure.name" -}}{{ .Release.Name | trunc 50 | trimSuffix "-" }}{{- end }}

{{- define "dure.labels" -}}
app.kubernetes.io/name: dure
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}

{{/* What selects the pods of one part: a list of the root and the part's name. */}}
{{- define "dure.selector" -}}
app.kubernetes.io/name: dure
app.kubernetes.io/instance: {{ (index . 0).Release.Name }}
app.kubernetes.io/component: {{ index . 1 }}
{{- end }}

{{/* What holds for every pod. */}}
{{- define "dure.pod" -}}
automountServiceAccountToken: false
enableServiceLinks: false
terminationGracePeriodSeconds: 60
securityContext:
  runAsNonRoot: true
  runAsUser: 10001
  runAsGroup: 10001
  fsGroup: 10001
  seccompProfile: {type: RuntimeDefault}
{{- with .Values.imagePullSecrets }}
imagePullSecrets: {{ toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{/* What holds for every container. */}}
{{- define "dure.container" -}}
image: "{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}"
imagePullPolicy: {{ .Values.image.pullPolicy }}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities: {drop: [ALL]}
{{- end }}

{{/* A list of the root and the keys of the Secret that this container gets. */}}
{{- define "dure.env" -}}
{{- $root := index . 0 -}}
- {name: DURE_HOME, value: /var/lib/dure}
- {name: DURE_HOSTS, value: {{ join "," $root.Values.hosts | quote }}}
- {name: DURE_BEHIND_TLS_PROXY, value: "1"}
- {name: DURE_TRUSTED_PROXIES, value: {{ $root.Values.trustedProxies | quote }}}
{{- with $root.Values.programme }}
- {name: DURE_PROGRAMME, value: {{ . | quote }}}
{{- end }}
{{- range $name, $value := $root.Values.variables }}
- {name: {{ $name }}, value: {{ $value | quote }}}
{{- end }}
{{- range index . 1 }}
- name: {{ . }}
  valueFrom: {secretKeyRef: {name: {{ $root.Values.secret }}, key: {{ . }}{{ if eq . "DURE_ADMIN_URL" }}, optional: true{{ end }}}}
{{- end }}
{{- end }}

{{- define "dure.mounts" -}}
- {name: home, mountPath: /var/lib/dure}
- {name: temporary, mountPath: /tmp}
{{- end }}

{{- define "dure.volumes" -}}
- {name: home, emptyDir: {}}
- {name: temporary, emptyDir: {}}
{{- end }}

{{/* For who signs heads: the installation's key, and its witnesses. */}}
{{- define "dure.evidenceMounts" -}}
{{- if .Values.evidenceSecret }}
- {name: evidence, mountPath: /var/lib/dure/installation.key, subPath: installation.key, readOnly: true}
- {name: evidence, mountPath: /var/lib/dure/witnesses.json, subPath: witnesses.json, readOnly: true}
{{- end }}
{{- end }}

{{- define "dure.evidenceVolumes" -}}
{{- with .Values.evidenceSecret }}
- {name: evidence, secret: {secretName: {{ . }}, defaultMode: 0440}}
{{- end }}
{{- end }}
