package io.millrace.broker.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.millrace.broker.model.ConnectionError;
import io.millrace.broker.model.FieldTable;
import io.netty.buffer.Unpooled;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

class MethodRoundTripTest {
    @Provide
    Arbitrary<Method> methods() {
        return Anything.method();
    }

    /** Class, method and what amqp-client made of it: the type is drawn first, so that each gets its share of tries. */
    @Property(tries = 3000)
    void whatWeWriteTheClientReads(@ForAll("methods") Method method) throws ReflectiveOperationException {
        var theirs = Oracle.read(Oracle.encoded(method));

        assertThat(Tuple.of(theirs.protocolClassId(), theirs.protocolMethodId(), theirs.hasContent()))
                .isEqualTo(Tuple.of(method.classId(), method.methodId(), method.hasContent()));
        assertThat(theirs.protocolMethodName()).isEqualTo(method.name());
        for (var component : method.getClass().getRecordComponents()) {
            assertThat(theirValue(theirs, component))
                    .as(method.name() + "." + component.getName())
                    .isEqualTo(component.getAccessor().invoke(method));
        }
    }

    @Property(tries = 3000)
    void whatTheClientWritesWeRead(@ForAll("methods") Method method) {
        var theirs = Oracle.written(Oracle.read(Oracle.encoded(method)));

        assertThat(Method.read(Unpooled.wrappedBuffer(theirs))).isEqualTo(method);
    }

    @Property
    void methodsWithoutTablesAreTheSameBytes(@ForAll("methods") Method method) {
        var ours = Oracle.encoded(method);
        var hasTable = Arrays.stream(method.getClass().getRecordComponents())
                .anyMatch(component -> component.getType().equals(FieldTable.class));

        assertThat(hasTable || Arrays.equals(ours, Oracle.written(Oracle.read(ours))))
                .isTrue();
    }

    @Property
    void aMethodCutAnywhereOrWithOneByteMoreIsAConnectionError(@ForAll("methods") Method method) {
        var payload = Oracle.encoded(method);

        for (var cut = 0; cut < payload.length; cut++) {
            var shorter = Unpooled.wrappedBuffer(payload, 0, cut);
            assertThatThrownBy(() -> Method.read(shorter)).isInstanceOf(ConnectionError.class);
        }
        var longer = Unpooled.wrappedBuffer(Arrays.copyOf(payload, payload.length + 1));
        assertThatThrownBy(() -> Method.read(longer)).isInstanceOf(ConnectionError.class);
    }

    @Property(tries = 3000)
    void aDamagedMethodIsAMethodOrAConnectionError(
            @ForAll("methods") Method method, @ForAll int position, @ForAll byte damage) {
        var payload = Oracle.encoded(method);
        payload[Math.floorMod(position, payload.length)] ^= damage;

        var thrown = catchThrowable(() -> Method.read(Unpooled.wrappedBuffer(payload)));

        assertThat(thrown == null || thrown instanceof ConnectionError).isTrue();
    }

    @SuppressWarnings("unchecked") // amqp-client's maps are field tables
    private static Object theirValue(Object theirs, RecordComponent ours) throws ReflectiveOperationException {
        var name =
                switch (ours.getName()) {
                    case "failingClassId" -> "classId";
                    case "failingMethodId" -> "methodId";
                    case "noWait" -> "nowait";
                    default -> ours.getName();
                };
        var getter = "get" + name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1);
        var value = theirs.getClass().getMethod(getter).invoke(theirs);
        return switch (ours.getType().getSimpleName()) {
            case "FieldTable" -> Oracle.table((Map<String, Object>) value);
            case "LongString" -> Oracle.value(value);
            case "long" -> value instanceof Integer small ? (Object) Integer.toUnsignedLong(small) : value;
            default -> value;
        };
    }
}
