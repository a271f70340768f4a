package io.millrace.operator.status;

/** Every reason a condition can carry. The words are part of the API: they never change their meaning. */
public enum Reason {
    PENDING("Pending", Fate.TRANSIENT, "The operator has not looked at the object yet."),
    READY("Ready", Fate.GOOD, "Reality is as the spec says."),
    CREATING("Creating", Fate.TRANSIENT, "The brokers are being made for the first time."),
    AWAITING_ADDRESS(
            "AwaitingAddress",
            Fate.TRANSIENT,
            "A Service by which clients outside reach a broker has no address yet, as long as the cloud has not made its load"
                    + " balancer; that broker cannot start before. The message names it."),
    STARTING("Starting", Fate.TRANSIENT, "Not all brokers are ready."),
    ROLLING("Rolling", Fate.GOOD, "Brokers are being restarted, a batch at a time."),
    BLOCKED("Blocked", Fate.TRANSIENT, "The next restart would be unsafe; the message names what it waits for."),
    SCALING("Scaling", Fate.GOOD, "The number of brokers, or where partitions lie, is being changed."),
    AWAITING_APPROVAL(
            "AwaitingApproval",
            Fate.GOOD,
            "A plan of moves waits for spec.rebalance.approve; the message names its hash."),
    SCALE_BLOCKED(
            "ScaleBlocked",
            Fate.TERMINAL,
            "The size that is asked for cannot be had; the message says why and what to do. All else goes on."),
    DISK_SHORT("DiskShort", Fate.GOOD, "A disk is nearly full; clients that publish are held up."),
    BROKERS_MISSING(
            "BrokersMissing", Fate.TRANSIENT, "Some brokers, or dedicated controllers, are away; the others serve."),
    CLEANING_UP("CleaningUp", Fate.TRANSIENT, "Objects of an earlier cluster of the same name are still going."),
    UNKNOWN_VERSION("UnknownVersion", Fate.TERMINAL, "spec.version is not in the operator's catalogue."),
    DOWNGRADE_REFUSED(
            "DowngradeRefused",
            Fate.TERMINAL,
            "spec.version does not know the feature levels that are final. Brokers go on with what they run."),
    LEVEL_REFUSED(
            "LevelRefused",
            Fate.TERMINAL,
            "spec.metadataVersion names levels that cannot be had; the message says why. All else goes on."),
    SETTING_REFUSED(
            "SettingRefused",
            Fate.TERMINAL,
            "Kafka refuses a value of spec.config; the message has its words. Brokers keep the value before. All else goes on."),
    STORAGE_REFUSED(
            "StorageRefused",
            Fate.TERMINAL,
            "spec.storage.size asks for what disks cannot do: shrink, or grow in a StorageClass without allowVolumeExpansion; the"
                    + " message says what to do. Disks keep their size. All else goes on."),
    GROWING("Growing", Fate.GOOD, "Disks are growing to spec.storage.size; the message says how many have."),
    GROWTH_FAILED(
            "GrowthFailed",
            Fate.TERMINAL,
            "Kubernetes could not grow a disk; the message names it and has the words of its storage. All else goes on."),
    RESIZING(
            "Resizing",
            Fate.GOOD,
            "Running containers are being given other requests and limits; beside Degraded, the words with which Kubernetes does not"
                    + " allow it just now, such as a quota."),
    CONFIGURING("Configuring", Fate.GOOD, "Settings are being altered in running brokers."),
    FINALISING("Finalising", Fate.GOOD, "Feature levels are being made final."),
    TRUSTING_BOTH(
            "TrustingBoth",
            Fate.GOOD,
            "A CA is being renewed: the new one is trusted beside the former, which still issues."),
    ISSUING_FROM_NEW(
            "IssuingFromNew", Fate.GOOD, "A CA is being renewed: the new one issues, and the former is still trusted."),
    CA_UNUSABLE(
            "CaUnusable",
            Fate.TRANSIENT,
            "The Secret of spec.tls.ca.secretRef is missing, or what is in it cannot be used; the CA before goes on."),
    INVALID_SPEC("InvalidSpec", Fate.TERMINAL, "The spec contradicts itself or the cluster."),
    CLUSTER_NOT_FOUND("ClusterNotFound", Fate.TRANSIENT, "The BrokerCluster named by spec.cluster does not exist."),
    CLUSTER_NOT_READY("ClusterNotReady", Fate.TRANSIENT, "The cluster has not been ready yet."),
    NAMESPACE_NOT_ALLOWED(
            "NamespaceNotAllowed",
            Fate.TERMINAL,
            "The BrokerCluster lies in another namespace and does not list this one in allowedNamespaces."),
    CONFLICT("Conflict", Fate.TERMINAL, "An older object claims the same thing; the message names it."),
    BROKER_UNAVAILABLE("BrokerUnavailable", Fate.TRANSIENT, "The brokers did not answer; it is tried again."),
    REJECTED("Rejected", Fate.TERMINAL, "The broker refused; the message says why."),
    FORBIDDEN_CHANGE("ForbiddenChange", Fate.TERMINAL, "What exists differs in something that cannot be changed."),
    NOT_THERE("NotThere", Fate.TRANSIENT, "management is Observe, and the thing does not exist."),
    DIFFERS("Differs", Fate.TRANSIENT, "management is Observe, and what exists differs from the spec."),
    PAUSED("Paused", Fate.TRANSIENT, "management is Paused: the operator does nothing."),
    UNDER_REPLICATED("UnderReplicated", Fate.GOOD, "Some partitions have a replica out of sync."),
    REPLICATING(
            "Replicating",
            Fate.TRANSIENT,
            "Partitions get or lose replicas, as spec.replicas asks for; the message says how far that is."),
    TOO_FEW_BROKERS(
            "TooFewBrokers", Fate.TERMINAL, "The cluster has fewer brokers than a partition is to have replicas."),
    MOVES_OFF(
            "MovesOff",
            Fate.TERMINAL,
            "Partitions would have to be moved, and spec.rebalance.mode of the cluster is Off."),
    SOURCE_NOT_FOUND("SourceNotFound", Fate.TRANSIENT, "A binding names an exchange that does not exist."),
    GROUP_NOT_FOUND("GroupNotFound", Fate.GOOD, "No group of that id has members or offsets yet."),
    LAG_HIGH("LagHigh", Fate.GOOD, "The lag is above spec.lag.warn or warnSeconds."),
    LAG_CRITICAL("LagCritical", Fate.TRANSIENT, "The lag is above spec.lag.critical or criticalSeconds."),
    LAG_STALE(
            "LagStale",
            Fate.TRANSIENT,
            "The group's coordinator, or a leader of what it reads, does not answer; figures are the last known."),
    RESET_WAITING(
            "ResetWaiting",
            Fate.TRANSIENT,
            "spec.reset or spec.rewind waits, mostly for the group's consumers to stop."),
    RESET_EXPIRED(
            "ResetExpired",
            Fate.TERMINAL,
            "spec.reset or spec.rewind was not done before its deadline, and is not done any more."),
    RESET_INTERRUPTED(
            "ResetInterrupted",
            Fate.TERMINAL,
            "spec.reset or spec.rewind had begun and may not have come to its end; it is never repeated by itself."),
    SECRET_NOT_FOUND(
            "SecretNotFound", Fate.TRANSIENT, "The Secret of spec.secretRef, or its key password, is missing."),
    SECRET_NOT_OURS(
            "SecretNotOurs", Fate.TERMINAL, "A Secret of the name to be generated exists and belongs to someone else."),
    NOT_SUPPORTED("NotSupported", Fate.TERMINAL, "The cluster has the feature switched off, such as queues.");

    /** Whether trying again can help. */
    public enum Fate {
        /** All is well. */
        GOOD,
        /** It can change by itself; the operator keeps trying. */
        TRANSIENT,
        /** Only a change of the spec, or of another object, helps. */
        TERMINAL
    }

    private final String word;
    private final Fate fate;
    private final String meaning;

    Reason(String word, Fate fate, String meaning) {
        this.word = word;
        this.fate = fate;
        this.meaning = meaning;
    }

    /** Returns the CamelCase word used in conditions and events. */
    public String word() {
        return word;
    }

    /** Returns whether trying again can help. */
    public Fate fate() {
        return fate;
    }

    /** Returns what it means, in one sentence. */
    public String meaning() {
        return meaning;
    }
}
