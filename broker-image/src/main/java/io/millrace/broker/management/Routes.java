package io.millrace.broker.management;

import static io.millrace.broker.management.Access.ADMINISTRATOR;
import static io.millrace.broker.management.Access.ANYBODY;
import static io.millrace.broker.management.Access.MANAGEMENT;
import static io.millrace.broker.management.Access.MONITORING;
import static io.millrace.broker.management.Access.POLICYMAKER;
import static io.millrace.broker.management.Access.VIRTUAL_HOST;
import static io.millrace.broker.management.Route.now;

import io.millrace.broker.server.Listener;
import io.millrace.broker.topology.Policy;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** The whole API, one line per route; docs/management-api.md lists the same lines. */
final class Routes {
    private static final String QUEUE = "/api/queues/{vhost}/{queue}";
    private static final String EXCHANGE = "/api/exchanges/{vhost}/{exchange}";
    private static final String GLOBAL = "/api/global-parameters/{name}";
    private static final String PAIR = "/api/bindings/{vhost}/e/{exchange}/{kind}/{destination}";

    /** A topic is made for every durable queue. */
    private static final long IMPORT_PATIENCE_MS = 120_000;

    private static final int LOOKS_AT_ONCE = 8;

    private final List<Route> table = new ArrayList<>();

    private Routes() {}

    /**
     * The routes on a broker.
     *
     * @param listeners where they are served
     */
    static List<Route> of(ManagedBroker broker, Pods pods, Supplier<List<Listener>> listeners) {
        var vhosts = new VirtualHostRoutes(broker, pods);
        var queues = new QueueRoutes(broker, pods, vhosts);
        var exchanges = new ExchangeRoutes(broker, vhosts);
        var routes = new Routes();
        routes.status(new StatusRoutes(broker, pods, queues));
        routes.parameters(new ParameterRoutes(broker));
        routes.clients(new ClientRoutes(pods, vhosts));
        routes.accounts(vhosts, new AccountRoutes(broker));
        routes.add("POST", QUEUE + "/rewind", VIRTUAL_HOST, new RewindRoutes(broker, queues)::rewind);
        routes.queues(queues, new MessageRoutes(broker, exchanges, queues));
        routes.exchanges(exchanges, new MessageRoutes(broker, exchanges, queues));
        var bindings = new BindingRoutes(broker, vhosts);
        routes.bindings(bindings);
        routes.definitions(new DefinitionRoutes(broker, bindings));
        routes.limits(new LimitRoutes(broker, vhosts));
        routes.topicPermissions(new TopicPermissionRoutes(broker));
        routes.policies("/api/policies", POLICYMAKER, new PolicyRoutes(broker, vhosts, Policy.Layer.USER));
        routes.policies(
                "/api/operator-policies", ADMINISTRATOR, new PolicyRoutes(broker, vhosts, Policy.Layer.OPERATOR));
        var log = new AtOnce(LOOKS_AT_ONCE, "lists of topics and groups");
        routes.health(new HealthRoutes(broker, listeners), new QuorumRoutes(broker, log));
        routes.log(new TopicRoutes(broker, log), new GroupRoutes(broker, log), new BrowseRoutes(broker));
        return List.copyOf(routes.table);
    }

    private void add(String method, String template, Access access, Route.Handler handler) {
        table.add(new Route(method, template, access, handler));
    }

    private void status(StatusRoutes status) {
        add("GET", "/api/overview", MANAGEMENT, status::overview);
        add("GET", "/api/whoami", MANAGEMENT, now(status::whoami));
        add("GET", "/api/cluster-name", MANAGEMENT, now(status::clusterName));
        add("GET", "/api/nodes", MONITORING, status::nodes);
        add("GET", "/api/nodes/{node}", MONITORING, status::node);
        add("GET", "/api/extensions", MANAGEMENT, now(status::none));
        add("GET", "/api/feature-flags", MONITORING, now(status::none));
        add("GET", "/api/deprecated-features", MONITORING, now(status::none));
        add("GET", "/api/deprecated-features/used", MONITORING, now(status::none));
        add("GET", "/api/auth", MANAGEMENT, now(status::auth));
    }

    private void health(HealthRoutes health, QuorumRoutes quorum) {
        var check = "/api/health/checks/";
        add("GET", check + "alarms", MANAGEMENT, now(health::alarms));
        add("GET", check + "local-alarms", MANAGEMENT, now(health::alarms));
        add("GET", check + "virtual-hosts", MANAGEMENT, now(health::virtualHosts));
        add("GET", check + "port-listener/{port}", MANAGEMENT, now(health::portListener));
        add("GET", check + "protocol-listener/{protocol}", MANAGEMENT, now(health::protocolListener));
        add("GET", check + "certificate-expiration/{within}/{unit}", MANAGEMENT, now(health::certificateExpiration));
        add("GET", check + "node-is-quorum-critical", MANAGEMENT, quorum::isCritical);
        add("GET", check + "is-in-service", ANYBODY, now(health::inService));
        add("GET", check + "below-node-connection-limit", ANYBODY, now(health::belowConnectionLimit));
        add("GET", check + "ready-to-serve-clients", ANYBODY, now(health::readyToServe));
        add("GET", "/api/aliveness-test/{vhost}", VIRTUAL_HOST, now(health::alive));
    }

    private void clients(ClientRoutes clients) {
        add("GET", "/api/connections", MANAGEMENT, clients::connections);
        add("GET", "/api/connections/{connection}", MANAGEMENT, clients::connection);
        add("DELETE", "/api/connections/{connection}", MANAGEMENT, clients::endConnection);
        add("GET", "/api/connections/{connection}/channels", MANAGEMENT, clients::channelsOfConnection);
        add("GET", "/api/connections/username/{user}", MANAGEMENT, clients::connectionsOfUser);
        add("GET", "/api/vhosts/{vhost}/connections", VIRTUAL_HOST, clients::connectionsInVhost);
        add("GET", "/api/channels", MANAGEMENT, clients::channels);
        add("GET", "/api/channels/{channel}", MANAGEMENT, clients::channel);
        add("GET", "/api/vhosts/{vhost}/channels", VIRTUAL_HOST, clients::channelsInVhost);
        add("GET", "/api/consumers", MANAGEMENT, clients::consumers);
        add("GET", "/api/consumers/{vhost}", VIRTUAL_HOST, clients::consumersInVhost);
    }

    private void parameters(ParameterRoutes parameters) {
        add("GET", "/api/parameters", ADMINISTRATOR, now(parameters::all));
        add("GET", "/api/parameters/{component}", ADMINISTRATOR, now(parameters::ofComponent));
        add("GET", "/api/parameters/{component}/{vhost}", ADMINISTRATOR, now(parameters::ofComponentInVhost));
        add("GET", "/api/parameters/{component}/{vhost}/{name}", ADMINISTRATOR, now(parameters::one));
        add("GET", "/api/global-parameters", ADMINISTRATOR, now(parameters::global));
        add("GET", GLOBAL, ADMINISTRATOR, now(parameters::oneGlobal));
        add("PUT", GLOBAL, ADMINISTRATOR, parameters::putGlobal);
        add("DELETE", GLOBAL, ADMINISTRATOR, parameters::deleteGlobal);
    }

    private void accounts(VirtualHostRoutes vhosts, AccountRoutes accounts) {
        add("GET", "/api/vhosts", MANAGEMENT, vhosts::list);
        add("GET", "/api/vhosts/{vhost}", VIRTUAL_HOST, vhosts::get);
        add("PUT", "/api/vhosts/{vhost}", ADMINISTRATOR, vhosts::put);
        add("DELETE", "/api/vhosts/{vhost}", ADMINISTRATOR, vhosts::delete);
        add("GET", "/api/vhosts/{vhost}/permissions", ADMINISTRATOR, now(accounts::permissionsInVhost));
        add("GET", "/api/users", ADMINISTRATOR, now(accounts::users));
        add("GET", "/api/users/without-permissions", ADMINISTRATOR, now(accounts::usersWithoutPermissions));
        add("GET", "/api/users/{user}", ADMINISTRATOR, now(accounts::user));
        add("PUT", "/api/users/{user}", ADMINISTRATOR, accounts::putUser);
        add("DELETE", "/api/users/{user}", ADMINISTRATOR, accounts::deleteUser);
        add("GET", "/api/users/{user}/permissions", ADMINISTRATOR, now(accounts::permissionsOfUser));
        add("GET", "/api/permissions", ADMINISTRATOR, now(accounts::permissions));
        add("GET", "/api/permissions/{vhost}/{user}", ADMINISTRATOR, now(accounts::permission));
        add("PUT", "/api/permissions/{vhost}/{user}", ADMINISTRATOR, accounts::putPermission);
        add("DELETE", "/api/permissions/{vhost}/{user}", ADMINISTRATOR, accounts::deletePermission);
    }

    private void queues(QueueRoutes queues, MessageRoutes messages) {
        add("GET", "/api/queues", MANAGEMENT, queues::listAll);
        add("GET", "/api/queues/{vhost}", VIRTUAL_HOST, queues::list);
        add("GET", QUEUE, VIRTUAL_HOST, queues::get);
        add("PUT", QUEUE, VIRTUAL_HOST, queues::put);
        add("PUT", QUEUE + "/arguments", VIRTUAL_HOST, queues::change);
        add("DELETE", QUEUE, VIRTUAL_HOST, queues::delete);
        add("DELETE", QUEUE + "/contents", VIRTUAL_HOST, queues::purge);
        add("POST", QUEUE + "/get", VIRTUAL_HOST, messages::get);
    }

    private void exchanges(ExchangeRoutes exchanges, MessageRoutes messages) {
        add("GET", "/api/exchanges", MANAGEMENT, exchanges::listAll);
        add("GET", "/api/exchanges/{vhost}", VIRTUAL_HOST, exchanges::list);
        add("GET", EXCHANGE, VIRTUAL_HOST, exchanges::get);
        add("PUT", EXCHANGE, VIRTUAL_HOST, exchanges::put);
        add("DELETE", EXCHANGE, VIRTUAL_HOST, exchanges::delete);
        add("POST", EXCHANGE + "/publish", VIRTUAL_HOST, messages::publish);
    }

    private void bindings(BindingRoutes bindings) {
        add("GET", "/api/bindings", MANAGEMENT, now(bindings::listAll));
        add("GET", "/api/bindings/{vhost}", VIRTUAL_HOST, now(bindings::list));
        add("GET", PAIR, VIRTUAL_HOST, now(bindings::listPair));
        add("POST", PAIR, VIRTUAL_HOST, bindings::bind);
        add("GET", PAIR + "/{properties}", VIRTUAL_HOST, now(bindings::get));
        add("DELETE", PAIR + "/{properties}", VIRTUAL_HOST, bindings::unbind);
        add("GET", QUEUE + "/bindings", VIRTUAL_HOST, now(bindings::ofQueue));
        add("GET", EXCHANGE + "/bindings/source", VIRTUAL_HOST, now(bindings::fromExchange));
        add("GET", EXCHANGE + "/bindings/destination", VIRTUAL_HOST, now(bindings::toExchange));
    }

    private void definitions(DefinitionRoutes definitions) {
        add("GET", "/api/definitions", ADMINISTRATOR, now(definitions::get));
        table.add(new Route("POST", "/api/definitions", ADMINISTRATOR, definitions::post, IMPORT_PATIENCE_MS));
        add("GET", "/api/definitions/{vhost}", ADMINISTRATOR, now(definitions::getOfVhost));
        table.add(new Route(
                "POST", "/api/definitions/{vhost}", ADMINISTRATOR, definitions::postToVhost, IMPORT_PATIENCE_MS));
    }

    private void limits(LimitRoutes limits) {
        add("GET", "/api/vhost-limits", MANAGEMENT, now(limits::ofVhosts));
        add("GET", "/api/vhost-limits/{vhost}", VIRTUAL_HOST, now(limits::ofVhost));
        add("PUT", "/api/vhost-limits/{vhost}/{name}", ADMINISTRATOR, limits::putOfVhost);
        add("DELETE", "/api/vhost-limits/{vhost}/{name}", ADMINISTRATOR, limits::deleteOfVhost);
        add("GET", "/api/user-limits", ADMINISTRATOR, now(limits::ofUsers));
        add("GET", "/api/user-limits/{user}", ADMINISTRATOR, now(limits::ofUser));
        add("PUT", "/api/user-limits/{user}/{name}", ADMINISTRATOR, limits::putOfUser);
        add("DELETE", "/api/user-limits/{user}/{name}", ADMINISTRATOR, limits::deleteOfUser);
    }

    private void topicPermissions(TopicPermissionRoutes topics) {
        var ofUser = "/api/topic-permissions/{vhost}/{user}";
        add("GET", "/api/topic-permissions", ADMINISTRATOR, now(topics::listAll));
        add("GET", ofUser, ADMINISTRATOR, now(topics::get));
        add("PUT", ofUser, ADMINISTRATOR, topics::put);
        add("DELETE", ofUser, ADMINISTRATOR, topics::delete);
        add("GET", ofUser + "/{exchange}", ADMINISTRATOR, now(topics::getOne));
        add("DELETE", ofUser + "/{exchange}", ADMINISTRATOR, topics::deleteOne);
        add("GET", "/api/vhosts/{vhost}/topic-permissions", ADMINISTRATOR, now(topics::inVhost));
        add("GET", "/api/users/{user}/topic-permissions", ADMINISTRATOR, now(topics::ofUser));
    }

    private void policies(String path, Access access, PolicyRoutes policies) {
        var one = path + "/{vhost}/{name}";
        add("GET", path, MANAGEMENT, now(policies::listAll));
        add("GET", path + "/{vhost}", VIRTUAL_HOST, now(policies::list));
        add("GET", one, access, now(policies::get));
        add("PUT", one, access, policies::put);
        add("DELETE", one, access, policies::delete);
    }

    /** Our own: RabbitMQ has no log. */
    private void log(TopicRoutes topics, GroupRoutes groups, BrowseRoutes browse) {
        var topic = "/api/millrace/topics/{topic}";
        add("GET", "/api/millrace/topics", MONITORING, topics::list);
        add("GET", topic, MONITORING, topics::get);
        add("GET", topic + "/partitions", MONITORING, topics::partitions);
        add("GET", topic + "/messages", MANAGEMENT, browse::messages);
        add("GET", "/api/millrace/groups", MONITORING, groups::list);
        add("GET", "/api/millrace/groups/{group}", MONITORING, groups::get);
    }
}
