package io.millrace.operator.storage;

import io.fabric8.kubernetes.api.model.Quantity;
import java.math.BigDecimal;
import java.util.Comparator;

/**
 * The size of a disk. Sizes are compared by what they amount to, and shown as they were written.
 *
 * @param text a Kubernetes quantity, such as 10Gi
 */
public record DiskSize(String text) {

    /** The smaller one first. */
    static final Comparator<DiskSize> BY_AMOUNT = Comparator.comparing(DiskSize::bytes);

    /** Returns whether it is smaller than another one. */
    public boolean isBelow(DiskSize other) {
        return BY_AMOUNT.compare(this, other) < 0;
    }

    private BigDecimal bytes() {
        return Quantity.getAmountInBytes(new Quantity(text));
    }

    @Override
    public String toString() {
        return text;
    }
}
