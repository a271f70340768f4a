package io.millrace.operator.apply;

import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes Events: what the operator did to an object, or could not do. An Event that cannot be written is only logged. */
public final class Events {

    private static final Logger LOG = LoggerFactory.getLogger(Events.class);
    private static final int MESSAGE_LIMIT = 1000;

    private final KubernetesClient kubernetes;
    private final Clock clock;

    public Events(KubernetesClient kubernetes, Clock clock) {
        this.kubernetes = kubernetes;
        this.clock = clock;
    }

    /** Something was done. */
    public void normal(HasMetadata object, String reason, String message) {
        write(object, "Normal", reason, message);
    }

    /** Something needs attention. */
    public void warning(HasMetadata object, String reason, String message) {
        write(object, "Warning", reason, message);
    }

    private void write(HasMetadata object, String type, String reason, String message) {
        var meta = object.getMetadata();
        var now = clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
        LOG.info("{} {}/{}: {}: {}", object.getKind(), meta.getNamespace(), meta.getName(), reason, message);
        var event = new EventBuilder()
                .withNewMetadata()
                .withGenerateName(meta.getName() + "-")
                .withNamespace(meta.getNamespace())
                .endMetadata()
                .withInvolvedObject(new ObjectReferenceBuilder()
                        .withApiVersion(object.getApiVersion())
                        .withKind(object.getKind())
                        .withNamespace(meta.getNamespace())
                        .withName(meta.getName())
                        .withUid(meta.getUid())
                        .build())
                .withType(type)
                .withReason(reason)
                .withMessage(message.substring(0, Math.min(MESSAGE_LIMIT, message.length())))
                .withFirstTimestamp(now)
                .withLastTimestamp(now)
                .withCount(1)
                .withReportingComponent("millrace-operator")
                .withNewSource()
                .withComponent("millrace-operator")
                .endSource()
                .build();
        try {
            kubernetes
                    .v1()
                    .events()
                    .inNamespace(meta.getNamespace())
                    .resource(event)
                    .create();
        } catch (KubernetesClientException e) {
            LOG.info("the event was not written: {}", e.getMessage());
        }
    }
}
