package io.millrace.broker.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.millrace.broker.model.BasicProperties;
import io.millrace.broker.model.ConnectionError;
import io.millrace.broker.model.FieldTable;
import java.util.Arrays;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class PropertiesRoundTripTest {
    @Provide
    Arbitrary<BasicProperties> properties() {
        return Anything.properties();
    }

    @Provide
    Arbitrary<FieldTable> tables() {
        return Anything.tableOfAnyType();
    }

    @Property
    void whatWeWriteTheClientReads(@ForAll("properties") BasicProperties properties) {
        var theirs = Oracle.readProperties(properties.encode());

        assertThat(Oracle.ours(theirs)).isEqualTo(properties);
    }

    @Property
    void whatTheClientWritesWeRead(@ForAll("properties") BasicProperties properties) {
        var theirs = Oracle.writtenProperties(Oracle.readProperties(properties.encode()));

        assertThat(BasicProperties.decode(theirs)).isEqualTo(properties);
    }

    @Property
    void aTableOfAnyTypeComesBackWithTheSameBytes(@ForAll("tables") FieldTable table) {
        var decoded = FieldTable.decode(table.encode());

        assertThat(decoded).isEqualTo(table);
        assertThat(decoded.encode()).isEqualTo(table.encode());
    }

    @Property
    void propertiesCutAnywhereOrWithOneByteMoreAreAConnectionError(@ForAll("properties") BasicProperties properties) {
        var bytes = properties.encode();

        for (var cut = 0; cut < bytes.length; cut++) {
            var shorter = Arrays.copyOf(bytes, cut);
            assertThatThrownBy(() -> BasicProperties.decode(shorter)).isInstanceOf(ConnectionError.class);
        }
        assertThatThrownBy(() -> BasicProperties.decode(Arrays.copyOf(bytes, bytes.length + 1)))
                .isInstanceOf(ConnectionError.class);
    }

    @Property(tries = 3000)
    void damagedPropertiesArePropertiesOrAConnectionError(
            @ForAll("properties") BasicProperties properties, @ForAll int position, @ForAll byte damage) {
        var bytes = properties.encode();
        bytes[Math.floorMod(position, bytes.length)] ^= damage;

        var thrown = catchThrowable(() -> BasicProperties.decode(bytes));

        assertThat(thrown == null || thrown instanceof ConnectionError).isTrue();
    }
}
