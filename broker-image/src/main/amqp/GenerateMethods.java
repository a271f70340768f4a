import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** Writes {@code Method} and one sealed interface of records per AMQP class. Usage: FACTS-FILE OUTPUT-FOLDER. */
final class GenerateMethods {
    private static final String PACKAGE = "io.millrace.broker.wire";

    record Field(String name, String type) {
        boolean reserved() {
            return name.isEmpty();
        }

        boolean bit() {
            return type.equals("bit");
        }

        String javaType() {
            return switch (type) {
                case "octet", "short" -> "int";
                case "long", "longlong" -> "long";
                case "bit" -> "boolean";
                case "shortstr" -> "String";
                case "longstr" -> "LongString";
                case "table" -> "FieldTable";
                default -> throw new IllegalArgumentException("unknown type " + type);
            };
        }

        String read() {
            return switch (type) {
                case "octet" -> "Fields.readOctet(in)";
                case "short" -> "Fields.readShort(in)";
                case "long" -> "Fields.readLong(in)";
                case "longlong" -> "Fields.readLongLong(in)";
                case "shortstr" -> "Fields.readShortString(in)";
                case "longstr" -> "Fields.readLongString(in)";
                case "table" -> "Fields.readTable(in)";
                default -> throw new IllegalArgumentException("unknown type " + type);
            };
        }

        String write() {
            return switch (type) {
                case "octet" -> "out.writeByte(" + (reserved() ? "0" : name) + ")";
                case "short" -> "out.writeShort(" + (reserved() ? "0" : name) + ")";
                case "long" -> "out.writeInt(" + (reserved() ? "0" : "(int) " + name) + ")";
                case "longlong" -> "out.writeLong(" + (reserved() ? "0L" : name) + ")";
                case "shortstr" -> reserved() ? "out.writeByte(0)" : "Fields.writeShortString(out, " + name + ")";
                case "longstr" -> reserved() ? "out.writeInt(0)" : "Fields.writeLongString(out, " + name + ")";
                case "table" -> reserved() ? "out.writeInt(0)" : "Fields.writeTable(out, " + name + ")";
                default -> throw new IllegalArgumentException("unknown type " + type);
            };
        }
    }

    record Method(String name, int id, String sender, boolean sync, boolean content, List<Field> fields) {
        String javaName() {
            return camel(name, true);
        }

        List<Field> named() {
            return fields.stream().filter(field -> !field.reserved()).toList();
        }
    }

    record MethodClass(String name, int id, List<Method> methods) {
        String javaName() {
            return camel(name, true);
        }
    }

    public static void main(String[] args) throws IOException {
        var classes = parse(Files.readAllLines(Path.of(args[0])));
        var folder = Path.of(args[1]).resolve(PACKAGE.replace('.', '/'));
        Files.createDirectories(folder);
        write(folder.resolve("Method.java"), methodInterface(classes));
        for (var methodClass : classes) {
            write(folder.resolve(methodClass.javaName() + ".java"), classInterface(methodClass));
        }
    }

    /** Leaves an equal file alone, so that nothing is compiled again without need. */
    private static void write(Path file, String text) throws IOException {
        if (!Files.exists(file) || !Files.readString(file).equals(text)) {
            Files.writeString(file, text);
        }
    }

    private static List<MethodClass> parse(List<String> lines) {
        var classes = new ArrayList<MethodClass>();
        for (var line : lines) {
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            var words = List.of(line.split("\\s+"));
            if (words.get(0).equals("class")) {
                classes.add(new MethodClass(words.get(1), Integer.parseInt(words.get(2)), new ArrayList<>()));
            } else {
                classes.getLast().methods().add(parseMethod(line, words));
            }
        }
        return classes;
    }

    private static Method parseMethod(String line, List<String> words) {
        var colon = words.indexOf(":");
        if (colon < 3) {
            throw new IllegalArgumentException("not a method: " + line);
        }
        var traits = words.subList(3, colon);
        var fields = words.subList(colon + 1, words.size()).stream()
                .map(word -> new Field(
                        camel(word.substring(0, word.indexOf(':')), false), word.substring(word.indexOf(':') + 1)))
                .toList();
        return new Method(
                words.get(0),
                Integer.parseInt(words.get(1)),
                words.get(2),
                traits.contains("sync"),
                traits.contains("content"),
                fields);
    }

    private static String camel(String name, boolean upper) {
        var parts = name.split("-");
        var camel = Arrays.stream(parts)
                .map(part -> part.isEmpty() ? part : Character.toUpperCase(part.charAt(0)) + part.substring(1))
                .collect(Collectors.joining());
        return upper || camel.isEmpty() ? camel : Character.toLowerCase(camel.charAt(0)) + camel.substring(1);
    }

    private static String methodInterface(List<MethodClass> classes) {
        var cases = new StringBuilder();
        for (var methodClass : classes) {
            for (var method : methodClass.methods()) {
                cases.append("            case %d << 16 | %d -> %s.%s.read(payload);\n"
                        .formatted(methodClass.id(), method.id(), methodClass.javaName(), method.javaName()));
            }
        }
        var permits = classes.stream().map(MethodClass::javaName).sorted().collect(Collectors.joining(", "));
        return HEADER.formatted(PACKAGE)
                + """
                import io.netty.buffer.ByteBuf;

                /** A method of AMQP 0-9-1. One record per method, grouped by class. */
                public sealed interface Method permits %s {
                    int classId();

                    int methodId();

                    /** The name as the specification writes it, such as {@code basic.publish}. */
                    String name();

                    /** Whether a content header and a body follow. */
                    boolean hasContent();

                    /** Whether the sender waits for an answer. */
                    boolean synchronous();

                    /** Whether a client may send it. */
                    boolean sentByClient();

                    /** Whether a server may send it. */
                    boolean sentByServer();

                    /** Appends the payload of a method frame: class id, method id, fields. */
                    void writeTo(ByteBuf out);

                    /**
                     * Decodes the payload of a method frame, which must end with the method's last field.
                     *
                     * @param payload consumed, not released
                     * @throws io.millrace.broker.model.ConnectionError if it is malformed or no known method
                     */
                    static Method read(ByteBuf payload) {
                        var id = Fields.readMethodId(payload);
                        Method method = switch (id) {
                %s            default -> throw Fields.unknownMethod(id);
                        };
                        Fields.requireEnd(payload, method);
                        return method;
                    }
                }
                """
                        .formatted(permits, cases);
    }

    private static String classInterface(MethodClass methodClass) {
        var records = methodClass.methods().stream()
                .map(method -> record(methodClass, method))
                .collect(Collectors.joining("\n"));
        var fields = methodClass.methods().stream().flatMap(method -> method.named().stream()).toList();
        var imports = new StringBuilder();
        if (fields.stream().anyMatch(field -> field.type().equals("table"))) {
            imports.append("import io.millrace.broker.model.FieldTable;\n");
        }
        if (fields.stream().anyMatch(field -> field.type().equals("longstr"))) {
            imports.append("import io.millrace.broker.model.LongString;\n");
        }
        return HEADER.formatted(PACKAGE)
                + imports
                + """
                import io.netty.buffer.ByteBuf;

                /** The methods of class {@code %s} (%d). */
                public sealed interface %s extends Method {
                    @Override
                    default int classId() {
                        return %d;
                    }

                %s}
                """
                        .formatted(
                                methodClass.name(), methodClass.id(), methodClass.javaName(), methodClass.id(), records);
    }

    private static String record(MethodClass methodClass, Method method) {
        var components = method.named().stream()
                .map(field -> field.javaType() + " " + field.name())
                .collect(Collectors.joining(", "));
        var names = method.named().stream().map(Field::name).collect(Collectors.joining(", "));
        return """
                    /** {@code %1$s}. */
                    record %2$s(%3$s) implements %4$s {
                %5$s        static %2$s read(ByteBuf in) {
                %6$s            return new %2$s(%7$s);
                        }

                        @Override
                        public void writeTo(ByteBuf out) {
                            out.writeInt(%8$d << 16 | %9$d);
                %10$s        }
                    }
                """
                .formatted(
                        methodClass.name() + "." + method.name(),
                        method.javaName(),
                        components,
                        methodClass.javaName(),
                        constants(methodClass, method),
                        reads(method),
                        names,
                        methodClass.id(),
                        method.id(),
                        writes(method));
    }

    private static String constants(MethodClass methodClass, Method method) {
        return constant("int", "methodId", method.id())
                + constant("String", "name", '"' + methodClass.name() + "." + method.name() + '"')
                + constant("boolean", "hasContent", method.content())
                + constant("boolean", "synchronous", method.sync())
                + constant("boolean", "sentByClient", !method.sender().equals("server"))
                + constant("boolean", "sentByServer", !method.sender().equals("client"));
    }

    private static String constant(String type, String name, Object value) {
        return """
                        @Override
                        public %s %s() {
                            return %s;
                        }

                """
                .formatted(type, name, value);
    }

    /** Consecutive bits share octets, the first bit lowest; reserved fields are skipped. */
    private static String reads(Method method) {
        var code = new StringBuilder();
        var bits = 0;
        for (var field : method.fields()) {
            if (field.bit()) {
                if (bits == 0) {
                    code.append(line("var bits = Fields.readOctet(in);"));
                }
                if (!field.reserved()) {
                    code.append(line("var %s = (bits & %d) != 0;".formatted(field.name(), 1 << bits)));
                }
                bits++;
            } else {
                bits = 0;
                code.append(line(
                        field.reserved()
                                ? "Fields.skip%s(in);".formatted(camel(skipName(field), true))
                                : "var %s = %s;".formatted(field.name(), field.read())));
            }
        }
        return code.toString();
    }

    private static String skipName(Field field) {
        return switch (field.type()) {
            case "shortstr" -> "short-string";
            case "longstr" -> "long-string";
            case "short" -> "short";
            default -> throw new IllegalArgumentException("a reserved " + field.type() + " is not foreseen");
        };
    }

    private static String writes(Method method) {
        var code = new StringBuilder();
        var bits = new ArrayList<String>();
        for (var field : method.fields()) {
            if (field.bit()) {
                bits.add(field.reserved() ? "0" : "(%s ? %d : 0)".formatted(field.name(), 1 << bits.size()));
            } else {
                flush(code, bits);
                code.append(line(field.write() + ";"));
            }
        }
        flush(code, bits);
        return code.toString();
    }

    private static void flush(StringBuilder code, List<String> bits) {
        if (!bits.isEmpty()) {
            code.append(line("out.writeByte(" + String.join(" | ", bits) + ");"));
            bits.clear();
        }
    }

    private static String line(String code) {
        return "            " + code + "\n";
    }

    private static final String HEADER = """
            // Generated from src/main/amqp/amqp-0-9-1.methods.
            package %s;

            """;
}
