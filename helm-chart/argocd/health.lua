-- The health of Millrace's objects as Argo CD shows it. The same for all kinds: Ready, Stalled and Reconciling are what kstatus says they are.
-- Into ConfigMap argocd-cm, key resource.customizations: see docs/gitops.md.
local health = { status = "Progressing", message = "waiting for the operator" }

if obj.metadata.deletionTimestamp ~= nil then
  health.message = "being deleted"
  return health
end

if obj.status == nil or obj.status.conditions == nil then
  return health
end

if obj.status.observedGeneration ~= nil and obj.status.observedGeneration ~= obj.metadata.generation then
  health.message = "the operator has not seen the last change yet"
  return health
end

local conditions = {}
for _, condition in ipairs(obj.status.conditions) do
  conditions[condition.type] = condition
end

local function is(name, status)
  return conditions[name] ~= nil and conditions[name].status == status
end

if is("Stalled", "True") then
  health.status = "Degraded"
  health.message = conditions.Stalled.message
elseif is("Ready", "True") and not is("Reconciling", "True") then
  health.status = "Healthy"
  health.message = is("Degraded", "True") and conditions.Degraded.message or conditions.Ready.message
elseif conditions.Ready ~= nil then
  if conditions.Ready.reason == "Paused" then
    health.status = "Suspended"
  end
  health.message = conditions.Ready.message
end

return health
