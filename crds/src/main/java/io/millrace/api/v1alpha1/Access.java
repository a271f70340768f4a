package io.millrace.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One thing a user may do. */
@ApiType
@ValidationRule(
        value = "has(self.name) || self.resource == 'cluster'",
        message = "name is missing: say which topic, group, queue, exchange or transactional id is meant (* for all)")
@ValidationRule(
        value = "self.match != 'regex' || self.resource in ['queue', 'exchange']",
        message = "match: regex exists for queues and exchanges only; use literal or prefix")
@ValidationRule(
        value = "!has(self.vhost) || self.resource in ['queue', 'exchange']",
        message = "vhost belongs to queues and exchanges only; remove it")
@ValidationRule(
        value = "self.resource != 'topic'"
                + " || self.allow.all(o, o in ['read', 'write', 'create', 'delete', 'alter', 'describe'])",
        message = "a topic knows read, write, create, delete, alter and describe")
@ValidationRule(
        value = "self.resource != 'group' || self.allow.all(o, o in ['read', 'delete', 'describe'])",
        message = "a group knows read, delete and describe")
@ValidationRule(
        value = "self.resource != 'transactionalId' || self.allow.all(o, o in ['write', 'describe'])",
        message = "a transactionalId knows write and describe")
@ValidationRule(
        value = "!(self.resource in ['queue', 'exchange']) || self.allow.all(o, o in ['configure', 'write', 'read'])",
        message = "queues and exchanges know configure, write and read")
@ValidationRule(
        value = "self.resource != 'cluster' || self.allow.all(o, o in ['monitor', 'administer'])",
        message = "cluster knows monitor and administer")
public record Access(
        @Required @JsonPropertyDescription("topic, group, transactionalId, cluster, queue or exchange.")
        AccessResource resource,

        @Nullable
        @Size(min = 1, max = 128)
        @JsonPropertyDescription("Virtual host, for queues and exchanges (default: /).")
        String vhost,

        @Nullable
        @Size(min = 1, max = 255)
        @JsonPropertyDescription("Name, prefix or regular expression; * is every name.")
        String name,

        @Nullable @Default("literal") @JsonPropertyDescription("literal, prefix or regex.")
        AccessMatch match,

        @Required @Size(min = 1, max = 9) @JsonPropertyDescription("What is allowed.")
        List<AccessOperation> allow) {}
