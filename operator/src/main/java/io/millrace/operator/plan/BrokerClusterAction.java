package io.millrace.operator.plan;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.millrace.api.v1alpha1.FeatureChange;
import io.millrace.operator.intent.Acl;
import io.millrace.operator.intent.BrokerClusterIntent;
import io.millrace.operator.plan.RollPlanner.Verdict.Restart;
import io.millrace.operator.plan.roll.RollSnapshot;
import io.millrace.operator.scale.ScaleStep;
import io.millrace.operator.settings.LiveChange;
import io.millrace.operator.storage.DiskFacts;
import io.millrace.operator.storage.DiskSize;
import io.millrace.operator.storage.StorageFacts.SetFacts;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What can be done about a cluster. */
public sealed interface BrokerClusterAction {

    /** Make an identity, once in the life of a cluster. */
    record FoundIdentity(BrokerClusterIntent intent) implements BrokerClusterAction {}

    /** Make the Secrets that are missing, and the certificates that must be issued anew. */
    record IssueSecrets(BrokerClusterIntent intent) implements BrokerClusterAction {}

    /** Write an object if it differs. */
    record Ensure(HasMetadata object) implements BrokerClusterAction {}

    /** Write on a disk whose it is. */
    record MarkDisk(HasMetadata disk, String clusterId, String directoryId) implements BrokerClusterAction {}

    /** Ask for a larger disk. */
    record GrowDisk(DiskFacts disk, DiskSize size) implements BrokerClusterAction {}

    /**
     * Delete the StatefulSet and leave its pods and disks: it is made again with disks of another size.
     *
     * @param set this one and no other
     * @param size the size it will be made with
     */
    record ReleasePods(SetFacts set, DiskSize size) implements BrokerClusterAction {}

    /** Remove the Service of a broker that is gone. */
    record RemoveService(String name) implements BrokerClusterAction {}

    /**
     * Tell a pod what it, or who looks at it later, goes by: the rack it is in, the addresses it tells clients.
     *
     * @param annotations values by name
     */
    record TellPod(String pod, Map<String, String> annotations) implements BrokerClusterAction {
        public TellPod {
            annotations = Map.copyOf(annotations);
        }
    }

    /** Give the containers of a pod that runs other requests and limits. */
    record ResizePod(String pod, PodChanges.Resizing resizing) implements BrokerClusterAction {}

    /** Take a step to another size, in the brokers. */
    record Scale(BrokerClusterIntent intent, ScaleStep step) implements BrokerClusterAction {}

    /** Add entries to the access control list. */
    record AddAcls(Set<Acl> acls) implements BrokerClusterAction {}

    /** Remove entries from the access control list. */
    record RemoveAcls(Set<Acl> acls) implements BrokerClusterAction {}

    /**
     * Tell brokers settings while they run.
     *
     * @param change what they are told
     * @param drifted which of that others have changed
     */
    record AlterSettings(LiveChange change, Set<String> drifted) implements BrokerClusterAction {
        public AlterSettings {
            drifted = Set.copyOf(drifted);
        }
    }

    /** Have the brokers lead again what they led before they were restarted. */
    record ElectPreferredLeaders() implements BrokerClusterAction {}

    /**
     * Make feature levels final.
     *
     * @param version the version they belong to
     * @param changes what was announced
     */
    record FinaliseFeatures(String version, List<FeatureChange> changes) implements BrokerClusterAction {
        public FinaliseFeatures {
            changes = List.copyOf(changes);
        }
    }

    /**
     * Restart pods, those that may still restart when the brokers are asked once more.
     *
     * @param batch which pods
     * @param seen what that was decided from
     */
    record RestartPods(Restart batch, RollSnapshot seen) implements BrokerClusterAction {}
}
