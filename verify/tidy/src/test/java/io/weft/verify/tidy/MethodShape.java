package io.weft.verify.tidy;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.IfTree;
import com.sun.source.tree.LambdaExpressionTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.TryTree;
import com.sun.source.util.TreeScanner;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Length, depth and parameters of methods.
 *
 * <p>Depth counts the statements that decide about others: {@code if}, loops, {@code switch},
 * {@code try} with a {@code catch}. A {@code try} that only gives something back, like {@code
 * synchronized}, decides nothing. An {@code else if} is as deep as its {@code if}; the bodies of
 * lambdas and the methods of anonymous classes start at zero. An overriding method answers for its
 * length and depth, its parameters are the choice of what it overrides. The components of a record
 * are named where they are used and may be more.
 */
final class MethodShape implements Rule {

    static final int LINES_MAX = 70;
    static final int DEPTH_MAX = 3;
    static final int PARAMETERS_MAX = 5;

    private static final Set<Tree.Kind> DECIDING =
            EnumSet.of(
                    Tree.Kind.IF,
                    Tree.Kind.FOR_LOOP,
                    Tree.Kind.ENHANCED_FOR_LOOP,
                    Tree.Kind.WHILE_LOOP,
                    Tree.Kind.DO_WHILE_LOOP,
                    Tree.Kind.SWITCH,
                    Tree.Kind.SWITCH_EXPRESSION,
                    Tree.Kind.TRY);

    /** Methods with more parameters, as {@code Class.method}. */
    private static final List<String> MANY_PARAMETERS =
            List.of(
                    // the six arguments of a system call are the kernel's choice
                    "Sys.");

    @Override
    public String name() {
        return "method shape";
    }

    @Override
    public List<Finding> check(SourceTree tree) {
        List<Finding> findings = new ArrayList<>();
        tree.java()
                .filter(f -> !f.name().equals("module-info.java"))
                .forEach(f -> new Scanner(f, findings).scan(f.parsed().unit(), null));
        return findings;
    }

    private static final class Scanner extends TreeScanner<@Nullable Void, @Nullable Void> {

        private final SourceFile file;
        private final List<Finding> findings;
        private final Set<Tree> elseIfs = Collections.newSetFromMap(new IdentityHashMap<>());
        private String className = "";
        private boolean inRecord;
        private int depth;

        Scanner(SourceFile file, List<Finding> findings) {
            this.file = file;
            this.findings = findings;
        }

        @Override
        public @Nullable Void scan(@Nullable Tree node, @Nullable Void unused) {
            if (node == null) {
                return null;
            }
            boolean deeper = decides(node) && !elseIfs.contains(node);
            if (deeper && ++depth == DEPTH_MAX + 1) {
                String cure = ": return early, or make the inner part a method";
                report(node, "depth " + depth + ", at most " + DEPTH_MAX + cure);
            }
            super.scan(node, null);
            depth -= deeper ? 1 : 0;
            return null;
        }

        private static boolean decides(Tree node) {
            return DECIDING.contains(node.getKind())
                    && !(node instanceof TryTree release && release.getCatches().isEmpty());
        }

        @Override
        public @Nullable Void visitLambdaExpression(
                LambdaExpressionTree node, @Nullable Void unused) {
            int outerDepth = depth;
            depth = 0;
            super.visitLambdaExpression(node, null);
            depth = outerDepth;
            return null;
        }

        @Override
        public @Nullable Void visitIf(IfTree node, @Nullable Void unused) {
            if (node.getElseStatement() instanceof IfTree elseIf) {
                elseIfs.add(elseIf);
            }
            return super.visitIf(node, null);
        }

        @Override
        public @Nullable Void visitClass(ClassTree node, @Nullable Void unused) {
            String outerName = className;
            boolean outerIsRecord = inRecord;
            int outerDepth = depth;
            inRecord = node.getKind() == Tree.Kind.RECORD;
            className = node.getSimpleName().toString();
            depth = 0;
            super.visitClass(node, null);
            className = outerName;
            inRecord = outerIsRecord;
            depth = outerDepth;
            return null;
        }

        @Override
        public @Nullable Void visitMethod(MethodTree node, @Nullable Void unused) {
            String method = className + "." + node.getName();
            int lines = file.lineOf(endOffset(node)) - file.lineOf(offset(node)) + 1;
            if (lines > LINES_MAX) {
                String cure = ": name a part of it and make it a method";
                report(node, method + " has " + lines + " lines, at most " + LINES_MAX + cure);
            }
            int parameters = node.getParameters().size();
            if (parameters > PARAMETERS_MAX && !isOthersChoice(node) && !isAllowed(method)) {
                String cure = ", at most " + PARAMETERS_MAX + ": pass a record of options";
                report(node, method + " has " + parameters + " parameters" + cure);
            }
            return super.visitMethod(node, null);
        }

        private static boolean isAllowed(String method) {
            return MANY_PARAMETERS.stream().anyMatch(method::startsWith);
        }

        private boolean isOthersChoice(MethodTree node) {
            boolean constructor = node.getReturnType() == null;
            return (inRecord && constructor) || isOverride(node);
        }

        private static boolean isOverride(MethodTree node) {
            return node.getModifiers().getAnnotations().stream()
                    .anyMatch(a -> a.getAnnotationType().toString().equals("Override"));
        }

        private int offset(Tree node) {
            SourceFile.Parsed parsed = file.parsed();
            return (int) parsed.positions().getStartPosition(parsed.unit(), node);
        }

        private int endOffset(Tree node) {
            SourceFile.Parsed parsed = file.parsed();
            return (int) parsed.positions().getEndPosition(parsed.unit(), node);
        }

        private void report(Tree node, String message) {
            findings.add(file.at(offset(node), message));
        }
    }
}
