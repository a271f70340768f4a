package io.millrace.broker.model;

import java.util.List;

/**
 * A typed value of a field table (AMQP 0-9-1 §4.2.5.5), with the type tags RabbitMQ uses, which differ from the
 * specification's: {@code t b B s u I i l f d D S A T F V x}. Tag {@code L} is read as {@code l}, as RabbitMQ does.
 */
public sealed interface FieldValue
        permits FieldTable,
                LongString,
                FieldValue.Whole,
                FieldValue.Bool,
                FieldValue.Float32,
                FieldValue.Float64,
                FieldValue.Decimal,
                FieldValue.Timestamp,
                FieldValue.NoValue,
                FieldValue.Array,
                FieldValue.Bytes {
    /** {@code t}. */
    record Bool(boolean value) implements FieldValue {}

    /** {@code b}: signed, 8 bits. */
    record Int8(byte value) implements Whole {
        @Override
        public long asLong() {
            return value;
        }
    }

    /** {@code B}: 0 to 255. */
    record UInt8(int value) implements Whole {
        public UInt8 {
            requireUnsigned(value, 0xFF);
        }

        @Override
        public long asLong() {
            return value;
        }
    }

    /** {@code s}: signed, 16 bits. */
    record Int16(short value) implements Whole {
        @Override
        public long asLong() {
            return value;
        }
    }

    /** {@code u}: 0 to 65535. */
    record UInt16(int value) implements Whole {
        public UInt16 {
            requireUnsigned(value, 0xFFFF);
        }

        @Override
        public long asLong() {
            return value;
        }
    }

    /** {@code I}: signed, 32 bits. */
    record Int32(int value) implements Whole {
        @Override
        public long asLong() {
            return value;
        }
    }

    /** {@code i}: 0 to 2³² − 1. */
    record UInt32(long value) implements Whole {
        public UInt32 {
            requireUnsigned(value, 0xFFFF_FFFFL);
        }

        @Override
        public long asLong() {
            return value;
        }
    }

    /** {@code l}, and {@code L} when read: signed, 64 bits. */
    record Int64(long value) implements Whole {
        @Override
        public long asLong() {
            return value;
        }
    }

    /** {@code f}. */
    record Float32(float value) implements FieldValue {}

    /** {@code d}. */
    record Float64(double value) implements FieldValue {}

    /** {@code D}: {@code unscaled × 10^-scale}, the scale being 0 to 255. */
    record Decimal(int scale, int unscaled) implements FieldValue {
        public Decimal {
            requireUnsigned(scale, 0xFF);
        }
    }

    /** {@code T}: seconds since the epoch, unsigned on the wire. */
    record Timestamp(long seconds) implements FieldValue {}

    /** {@code V}. */
    record NoValue() implements FieldValue {}

    /** {@code A}. */
    record Array(List<FieldValue> values) implements FieldValue {
        public Array {
            values = List.copyOf(values);
        }
    }

    /** {@code x}: bytes that are no text. */
    record Bytes(LongString value) implements FieldValue {}

    /** A value that is a whole number, whatever its width. */
    sealed interface Whole extends FieldValue {
        /** The number itself; every width fits. */
        long asLong();
    }

    private static void requireUnsigned(long value, long max) {
        if (value < 0 || value > max) {
            throw new IllegalArgumentException(value + " is not between 0 and " + max);
        }
    }
}
