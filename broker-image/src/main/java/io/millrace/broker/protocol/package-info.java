/** AMQP 0-9-1 connections and channels as machines behind ports. Pure. */
@NullMarked
package io.millrace.broker.protocol;

import org.jspecify.annotations.NullMarked;
