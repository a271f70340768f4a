package io.millrace.operator.intent;

/**
 * What a user may do in one virtual host: regular expressions over names.
 *
 * @param vhost the virtual host
 * @param configure names it may declare and delete
 * @param write names it may publish or bind to
 * @param read names it may consume or bind from
 */
public record PermissionIntent(String vhost, String configure, String write, String read) {}
