package io.millrace.operator.reconcile;

import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.PrimaryUpdateAndCacheUtils;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import java.lang.reflect.InvocationTargetException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Writes a status only if it says something new. */
final class Statuses {

    private Statuses() {}

    /** Returns what the framework is to do: patch the status or nothing, and when to look again. */
    static <S, T extends CustomResource<?, S>> UpdateControl<T> publish(
            T object, S status, Optional<Duration> nextLook) {
        UpdateControl<T> control = same(object.getStatus(), status)
                ? UpdateControl.noUpdate()
                : UpdateControl.patchStatus(patch(object, status));
        nextLook.ifPresent(control::rescheduleAfter);
        return control;
    }

    /** As {@link #publish}, but written at once: the next look of this process finds it, however late its cache is. */
    static <S, T extends CustomResource<?, S>> UpdateControl<T> publishForNextLook(
            T object, S status, Optional<Duration> nextLook, Context<T> context) {
        if (!same(object.getStatus(), status)) {
            PrimaryUpdateAndCacheUtils.ssaPatchStatusAndCacheResource(object, patch(object, status), context);
        }
        UpdateControl<T> control = UpdateControl.noUpdate();
        nextLook.ifPresent(control::rescheduleAfter);
        return control;
    }

    /** Absent and empty are the same once written; so they are compared as written. */
    static boolean same(@Nullable Object old, Object status) {
        return old != null && Serialization.asJson(old).equals(Serialization.asJson(status));
    }

    /** A fresh object that holds the status and nothing else, so that nothing else is written. */
    static <S, T extends CustomResource<?, S>> T patch(T object, S status) {
        try {
            @SuppressWarnings("unchecked") // the class of a T makes a T
            var patch = (T) object.getClass().getDeclaredConstructor().newInstance();
            patch.getMetadata().setName(object.getMetadata().getName());
            patch.getMetadata().setNamespace(object.getMetadata().getNamespace());
            patch.setStatus(status);
            return patch;
        } catch (InstantiationException
                | IllegalAccessException
                | InvocationTargetException
                | NoSuchMethodException e) {
            throw new IllegalStateException("every kind has a constructor without arguments", e);
        }
    }
}
