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
{{- $default := printf "%s/broker:%s" .Values.image.registry .Values.image.tag -}}
{{- $entries := list -}}
{{- range .Values.versions -}}
{{- $entries = append $entries (printf "%s=%s" .version (.image | default $default)) -}}
{{- end -}}
{{- join "," $entries -}}
{{- end -}}
