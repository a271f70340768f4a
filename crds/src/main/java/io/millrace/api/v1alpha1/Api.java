package io.millrace.api.v1alpha1;

/** Names that are part of the API: group, version, labels and annotations. */
public final class Api {

    /** The API group of all kinds. */
    public static final String GROUP = "millrace.io";

    /** The served and stored version. */
    public static final String VERSION = "v1alpha1";

    /** Label on everything that belongs to a BrokerCluster; the value is its name. */
    public static final String CLUSTER_LABEL = GROUP + "/cluster";

    /** Label on ConsumerGroup objects that discovery made. */
    public static final String DISCOVERED_LABEL = GROUP + "/discovered";

    private Api() {}
}
