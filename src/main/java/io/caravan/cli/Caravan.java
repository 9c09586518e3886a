package io.caravan.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.HelpCommand;

/** The program: its commands, and what becomes of what they throw. */
@Command(
        name = "caravan",
        description = "Wires large language models into enterprise integration flows.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            DemoCommand.class,
            RunCommand.class,
            BatchCommand.class,
            DoctorCommand.class,
            TrainCommand.class,
            HelpCommand.class
        })
public final class Caravan implements Runnable {

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

    private Caravan() {}

    /** Runs the command; the exit code is 0 for done, 1 for failed, 2 for wrong usage. */
    public static void main(String[] arguments) {
        int exitCode = commandLine().execute(arguments);
        System.out.flush();
        // Some library's thread may still be there; the command has ended all the same.
        Runtime.getRuntime().exit(exitCode);
    }

    private static CommandLine commandLine() {
        CommandLine commands = new CommandLine(new Caravan());
        commands.setExecutionExceptionHandler((failure, command, parsed) -> {
            if (failure instanceof FailedCommand foreseen) {
                Terminal.error(String.valueOf(foreseen.getMessage()));
                return foreseen.exitCode();
            }
            Terminal.error(surprise(failure));
            return ExitCode.SOFTWARE;
        });
        commands.setParameterExceptionHandler((wrong, arguments) -> {
            Terminal.error(notBuiltYet(arguments, String.valueOf(wrong.getMessage())) + " (see "
                    + wrong.getCommandLine().getCommandSpec().qualifiedName() + " --help)");
            return ExitCode.USAGE;
        });
        return commands;
    }

    private static String notBuiltYet(String[] arguments, String message) {
        String command = arguments.length == 0 ? "" : arguments[0];
        return command.equals("chat")
                ? command + ": this command is not available in this version"
                : message.lines().findFirst().orElse(message);
    }

    private static String surprise(Exception failure) {
        return failure.getClass().getSimpleName() + ": " + failure.getMessage();
    }

    @Override
    public void run() {
        throw new CommandLine.ParameterException(
                spec.commandLine(), "a command is missing: demo, run, batch or doctor");
    }
}
