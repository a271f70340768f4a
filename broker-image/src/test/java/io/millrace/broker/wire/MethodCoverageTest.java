package io.millrace.broker.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.rabbitmq.client.impl.AMQImpl;
import io.millrace.broker.model.ConnectionError;
import io.millrace.broker.model.ReplyCode;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MethodCoverageTest {
    private static final int METHODS_OF_THE_CLIENT = 66;

    @Test
    void everyMethodOfTheClientIsOurs() {
        var theirs = Arrays.stream(AMQImpl.class.getDeclaredClasses())
                .flatMap(group -> Arrays.stream(group.getDeclaredClasses()))
                .filter(com.rabbitmq.client.impl.Method.class::isAssignableFrom)
                .map(type -> type.getDeclaringClass().getSimpleName() + "." + type.getSimpleName())
                .collect(Collectors.toSet());

        var ours = Anything.methodTypes().stream()
                .map(type -> type.getDeclaringClass().getSimpleName() + "." + type.getSimpleName())
                .collect(Collectors.toSet());

        assertThat(ours).isEqualTo(theirs).hasSize(METHODS_OF_THE_CLIENT);
    }

    @ParameterizedTest
    @CsvSource({"60,41", "60,0", "40,41", "99,10", "0,0", "65535,65535"})
    void anUnknownMethodIsNotImplemented(int classId, int methodId) {
        var payload = Unpooled.buffer().writeShort(classId).writeShort(methodId);

        assertThatThrownBy(() -> Method.read(payload)).isInstanceOfSatisfying(ConnectionError.class, error -> {
            assertThat(error.replyCode()).isEqualTo(ReplyCode.NOT_IMPLEMENTED);
            assertThat(error.failingClassId()).isEqualTo(classId);
            assertThat(error.failingMethodId()).isEqualTo(methodId);
        });
    }

    @Test
    void aRoutingKeyThatIsNotUtf8IsAFrameError() {
        var payload = Unpooled.wrappedBuffer(new byte[] {0, 60, 0, 40, 0, 0, 0, 2, (byte) 0xC3, 0x28, 0});

        assertThatThrownBy(() -> Method.read(payload))
                .isInstanceOfSatisfying(ConnectionError.class, error -> assertThat(error.replyCode())
                        .isEqualTo(ReplyCode.FRAME_ERROR));
    }
}
