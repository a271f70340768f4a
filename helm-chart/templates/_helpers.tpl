{{- define "millrace.labels" -}}
app.kubernetes.io/name: millrace
app.kubernetes.io/component: operator
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end -}}

{{- define "millrace.selector" -}}
app.kubernetes.io/name: millrace
app.kubernetes.io/component: operator
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "millrace.name" -}}
{{ .Release.Name }}-operator
{{- end -}}

{{- define "millrace.images" -}}
{{- $root := . -}}
{{- $entries := list -}}
{{- range .Values.versions -}}
{{- $default := printf "%s/broker:%s-%s" $root.Values.image.registry .version $root.Values.image.tag -}}
{{- $entries = append $entries (printf "%s=%s" .version (.image | default $default)) -}}
{{- end -}}
{{- join "," $entries -}}
{{- end -}}
