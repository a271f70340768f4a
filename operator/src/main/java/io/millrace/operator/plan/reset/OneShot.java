package io.millrace.operator.plan.reset;

import io.millrace.operator.desired.Hash;

/**
 * Names something that is done at most once in the life of a cluster, whatever object asks for it: the same content is
 * the same thing, also when its object is restored from a backup.
 *
 * @param subject what it is done to
 * @param hash stands for its content
 */
public record OneShot(String subject, String hash) {

    private static final int DIGITS = 12;

    /** Names it by what it is to do. */
    public static OneShot of(String subject, String content) {
        return new OneShot(subject, Hash.of(content).substring(0, DIGITS));
    }

    /** The key of its mark. */
    public String key() {
        return subject + "/" + hash;
    }
}
