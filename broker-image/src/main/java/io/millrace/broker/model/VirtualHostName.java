package io.millrace.broker.model;

/** The name of a virtual host: 1 to 255 bytes of UTF-8. */
public record VirtualHostName(String value) {
    /** The virtual host every broker begins with. */
    public static final VirtualHostName DEFAULT = new VirtualHostName("/");

    public VirtualHostName {
        ShortStrings.requireFits("the name of a virtual host", value);
        if (value.isEmpty()) {
            throw new IllegalArgumentException("a virtual host has a name");
        }
    }
}
