package io.millrace.broker.management;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** Things of which only so many go on. */
class AtOnceTest {
    private final AtOnce two = new AtOnce(2, "things");

    private void begin(Supplier<CompletionStage<String>> thing) {
        assertThat(two.begin(thing)).isNotNull();
    }

    private void assertThatOneMoreIsRefused() {
        assertThatThrownBy(() -> begin(CompletableFuture::new))
                .isInstanceOfSatisfying(
                        Refusal.class, refusal -> assertThat(refusal.status()).isEqualTo(429));
    }

    @Test
    void oneMoreIsRefusedUntilOneHasEnded() {
        var first = new CompletableFuture<String>();
        begin(() -> first);
        begin(CompletableFuture::new);
        assertThatOneMoreIsRefused();

        first.complete("done");
        begin(CompletableFuture::new);

        assertThatOneMoreIsRefused();
    }

    @Test
    void whatFailsHasEnded() {
        begin(CompletableFuture::new);
        begin(() -> CompletableFuture.failedFuture(new IllegalStateException("broken")));
        assertThatThrownBy(() -> begin(() -> {
                    throw new IllegalStateException("cannot begin");
                }))
                .isInstanceOf(IllegalStateException.class);

        begin(CompletableFuture::new);

        assertThatOneMoreIsRefused();
    }
}
