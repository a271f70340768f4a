package io.millrace.broker.topology;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;

/**
 * A password as RabbitMQ keeps it ({@code rabbit_password_hashing_sha256}): Base64 of four bytes of salt and the SHA-256
 * of salt and password. The empty hash fits no password.
 */
public record PasswordHash(String base64) {
    /** RabbitMQ's name of it. */
    public static final String ALGORITHM = "rabbit_password_hashing_sha256";

    /** Bytes of salt. */
    public static final int SALT_BYTES = 4;

    /** Fits no password. */
    public static final PasswordHash NONE = new PasswordHash("");

    private static final int HASH_BYTES = SALT_BYTES + 32;

    public PasswordHash {
        if (!base64.isEmpty() && Base64.getDecoder().decode(base64).length != HASH_BYTES) {
            throw new IllegalArgumentException("not a salted SHA-256 hash");
        }
    }

    /**
     * The hash of a password.
     *
     * @param salt {@link #SALT_BYTES} random bytes
     */
    public static PasswordHash of(String password, byte[] salt) {
        if (salt.length != SALT_BYTES) {
            throw new IllegalArgumentException("the salt has four bytes");
        }
        var hash = Arrays.copyOf(salt, HASH_BYTES);
        System.arraycopy(digest(salt, password), 0, hash, SALT_BYTES, HASH_BYTES - SALT_BYTES);
        return new PasswordHash(Base64.getEncoder().encodeToString(hash));
    }

    /** Whether this is the hash of that password; takes the same time whatever the answer. */
    public boolean matches(String password) {
        if (base64.isEmpty()) {
            return false;
        }
        var hash = Base64.getDecoder().decode(base64);
        var salt = Arrays.copyOf(hash, SALT_BYTES);
        return MessageDigest.isEqual(Arrays.copyOfRange(hash, SALT_BYTES, HASH_BYTES), digest(salt, password));
    }

    private static byte[] digest(byte[] salt, String password) {
        return Sha256.of(salt, password.getBytes(UTF_8));
    }

    @Override
    public String toString() {
        return "PasswordHash[hidden]";
    }
}
