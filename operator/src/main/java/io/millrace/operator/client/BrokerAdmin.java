package io.millrace.operator.client;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;

/** A connection to the brokers of one cluster; thread-safe. Every call ends within some seconds. */
public final class BrokerAdmin implements AutoCloseable {

    private static final int REQUEST_TIMEOUT_MS = 5_000;
    private static final int CALL_TIMEOUT_MS = 10_000;

    private final Admin admin;
    private final Map<String, String> settings;
    private final TopicAdmin topics;

    private BrokerAdmin(Admin admin, Map<String, String> settings) {
        this.admin = admin;
        this.settings = Map.copyOf(settings);
        this.topics = new TopicAdmin(admin);
    }

    /**
     * Connects.
     *
     * @param settings bootstrap.servers, and the security settings
     */
    public static BrokerAdmin connect(Map<String, String> settings) {
        var all = new HashMap<String, Object>(settings);
        all.put(AdminClientConfig.CLIENT_ID_CONFIG, "millrace-operator");
        all.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, REQUEST_TIMEOUT_MS);
        all.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, CALL_TIMEOUT_MS);
        all.put(AdminClientConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 2_000);
        all.put(AdminClientConfig.SOCKET_CONNECTION_SETUP_TIMEOUT_MS_CONFIG, 3_000);
        return new BrokerAdmin(Admin.create(all), settings);
    }

    /** Topics. */
    public TopicAdmin topics() {
        return topics;
    }

    /** The cluster as a whole. */
    public ClusterAdmin cluster() {
        return new ClusterAdmin(admin);
    }

    /** The size of the cluster. */
    public ScaleAdmin scale() {
        return new ScaleAdmin(admin);
    }

    /** Feature levels. */
    public FeatureAdmin features() {
        return new FeatureAdmin(admin);
    }

    /** Settings of brokers that run. */
    public SettingAdmin settings() {
        return new SettingAdmin(admin);
    }

    /** Users and access control lists. */
    public UserAdmin users() {
        return new UserAdmin(admin);
    }

    /** Groups that read topics. */
    public GroupAdmin groups() {
        return new GroupAdmin(admin);
    }

    /** Offsets of groups. */
    public ResetAdmin resets() {
        return new ResetAdmin(admin);
    }

    /** What the operator notes in the cluster. */
    public Journal journal() {
        return new Journal(admin, settings);
    }

    @Override
    public void close() {
        admin.close(Duration.ofSeconds(1));
    }
}
