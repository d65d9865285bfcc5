package io.weft.verify.tidy;

/**
 * Java source with its comments and literals told apart, so that a ban on code is not tripped by
 * prose. Every view has the length and the line ends of the source: an offset means the same place
 * in each of them.
 */
final class JavaText {

    private enum Part {
        CODE,
        LINE_COMMENT,
        BLOCK_COMMENT,
        STRING,
        TEXT_BLOCK,
        CHARACTER
    }

    private final String source;
    private final StringBuilder code;
    private final StringBuilder bareCode;
    private final StringBuilder comments;

    JavaText(String source) {
        this.source = source;
        this.code = new StringBuilder(source.length());
        this.bareCode = new StringBuilder(source.length());
        this.comments = new StringBuilder(source.length());
        split();
    }

    /** The source with its comments blanked. */
    String code() {
        return code.toString();
    }

    /** The source with its comments and literals blanked. */
    String bareCode() {
        return bareCode.toString();
    }

    /** The comments with everything else blanked. */
    String comments() {
        return comments.toString();
    }

    private void split() {
        Part part = Part.CODE;
        int at = 0;
        while (at < source.length()) {
            Part next = part == Part.CODE ? opening(at) : part;
            int length = next == part ? stepInside(part, at) : openingLength(next);
            boolean closes = next == part && part != Part.CODE && closesAt(part, at);
            emit(next, at, length);
            part = closes ? Part.CODE : next;
            at += length;
        }
    }

    private Part opening(int at) {
        if (source.startsWith("//", at)) {
            return Part.LINE_COMMENT;
        }
        if (source.startsWith("/*", at)) {
            return Part.BLOCK_COMMENT;
        }
        if (source.startsWith("\"\"\"", at)) {
            return Part.TEXT_BLOCK;
        }
        return switch (source.charAt(at)) {
            case '"' -> Part.STRING;
            case '\'' -> Part.CHARACTER;
            default -> Part.CODE;
        };
    }

    private static int openingLength(Part part) {
        return switch (part) {
            case LINE_COMMENT, BLOCK_COMMENT -> 2;
            case TEXT_BLOCK -> 3;
            case STRING, CHARACTER, CODE -> 1;
        };
    }

    private int stepInside(Part part, int at) {
        boolean literal = part == Part.STRING || part == Part.CHARACTER || part == Part.TEXT_BLOCK;
        if (literal && source.charAt(at) == '\\') {
            return Math.min(2, source.length() - at);
        }
        return closesAt(part, at) && part != Part.LINE_COMMENT ? openingLength(part) : 1;
    }

    private boolean closesAt(Part part, int at) {
        return switch (part) {
            case LINE_COMMENT -> source.charAt(at) == '\n';
            case BLOCK_COMMENT -> source.startsWith("*/", at);
            case TEXT_BLOCK -> source.startsWith("\"\"\"", at);
            case STRING -> source.charAt(at) == '"';
            case CHARACTER -> source.charAt(at) == '\'';
            case CODE -> false;
        };
    }

    private void emit(Part part, int from, int length) {
        boolean comment = part == Part.LINE_COMMENT || part == Part.BLOCK_COMMENT;
        for (int i = from; i < from + length; i++) {
            char c = source.charAt(i);
            char blank = c == '\n' ? '\n' : ' ';
            code.append(comment ? blank : c);
            bareCode.append(part == Part.CODE ? c : blank);
            comments.append(comment ? c : blank);
        }
    }
}
