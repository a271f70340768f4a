package io.millrace.operator.plan;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.millrace.api.v1alpha1.RebalanceStatus;
import io.millrace.operator.desired.Identity;
import io.millrace.operator.desired.Names;
import io.millrace.operator.desired.Outside;
import io.millrace.operator.intent.Acl;
import io.millrace.operator.intent.ControllersIntent;
import io.millrace.operator.plan.RollPlanner.BrokerPodFacts;
import io.millrace.operator.scale.ScaleFacts;
import io.millrace.operator.settings.ConfigFacts;
import io.millrace.operator.storage.StorageFacts;
import io.millrace.operator.upgrade.UpgradeFacts;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Everything a decision about a cluster needs, at one moment.
 *
 * @param owner reference to the BrokerCluster
 * @param leftovers an object of an earlier cluster of that name, if any is still there
 * @param identity who the cluster is: from its ConfigMap, else from its disks; empty if it was never made
 * @param certificates the certificates there are
 * @param outside how clients outside reach brokers
 * @param pods the pods of brokers and of dedicated controllers
 * @param changes what is to be changed in pods that run
 * @param hostIp address of a node that runs a broker, or empty
 * @param rolling whether a rolling restart was under way when last looked at
 * @param restartedAt the value of rolling.restartAt that pods are made with, or empty
 * @param facts what the brokers say; empty if they did not answer or there are none
 * @param acls the access control list, read together with the facts
 * @param disks the PersistentVolumeClaims
 * @param size how many brokers their StatefulSet has; empty if there is none
 * @param controllers the same of dedicated controllers
 * @param wasReady whether the cluster was ready when last looked at
 * @param rebalance the last rebalance, as the status tells it
 * @param scale what the brokers say about the size of the cluster; empty if nothing has to be done about it, or they did
 *     not answer
 * @param upgrade what is known of versions and feature levels
 * @param config what is known of settings
 * @param storage the disks and the StatefulSet that makes them
 */
public record BrokerClusterObserved(
        OwnerReference owner,
        Optional<String> leftovers,
        Optional<Identity> identity,
        ClusterCertificates certificates,
        Outside outside,
        List<BrokerPodFacts> pods,
        PodChanges changes,
        String hostIp,
        boolean rolling,
        String restartedAt,
        Optional<ClusterFacts> facts,
        Set<Acl> acls,
        List<HasMetadata> disks,
        Optional<Integer> size,
        Optional<Integer> controllers,
        boolean wasReady,
        Optional<RebalanceStatus> rebalance,
        Optional<ScaleFacts> scale,
        UpgradeFacts upgrade,
        ConfigFacts config,
        StorageFacts storage) {
    public BrokerClusterObserved {
        pods = List.copyOf(pods);
        acls = Set.copyOf(acls);
        disks = List.copyOf(disks);
        facts = facts.filter(one -> isOurs(one, identity));
        scale = facts.isEmpty() ? Optional.empty() : scale;
        upgrade = facts.isEmpty() ? upgrade.ofSilentBrokers() : upgrade;
        config = facts.isEmpty() ? config.ofSilentBrokers() : config;
    }

    /** Returns the pods of brokers. */
    public List<BrokerPodFacts> brokers() {
        return pods.stream().filter(BrokerPodFacts::isBroker).toList();
    }

    /** Returns how many brokers a cluster without a StatefulSet had, by the pods and disks that are left: none of them is forgotten. */
    int formerSize() {
        return formerNodes()
                .filter(node -> !ControllersIntent.isDedicated(node))
                .map(node -> node + 1)
                .max()
                .orElse(0);
    }

    /** The same of dedicated controllers: there may be no majority of them without those that nobody asks for any more. */
    int formerControllers() {
        return formerNodes()
                .filter(ControllersIntent::isDedicated)
                .map(node -> node - ControllersIntent.FIRST_ID + 1)
                .max()
                .orElse(0);
    }

    private IntStream formerNodes() {
        var ofPods = pods.stream().mapToInt(BrokerPodFacts::node);
        var ofDisks = disks.stream()
                .filter(disk -> disk.getMetadata().getDeletionTimestamp() == null)
                .filter(disk -> disk.getMetadata().getAnnotations() != null
                        && disk.getMetadata().getAnnotations().containsKey(BrokerClusterPlanner.CLUSTER_ID))
                .mapToInt(disk -> Names.node(disk.getMetadata().getName()));
        return IntStream.concat(ofPods, ofDisks);
    }

    /** What of later facts is believed: the same as of those seen here. */
    public Optional<ClusterFacts> believed(Optional<ClusterFacts> later) {
        return later.filter(one -> isOurs(one, identity));
    }

    /** Pods of a deleted cluster of the same name may still answer: what they say is not about this cluster. */
    private static boolean isOurs(ClusterFacts facts, Optional<Identity> identity) {
        return identity.filter(ours -> ours.clusterId().equals(facts.clusterId()))
                .isPresent();
    }
}
