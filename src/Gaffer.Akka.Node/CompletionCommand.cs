using System.CommandLine;

namespace Gaffer.Node;

/// <summary>Teaches a shell to complete the words of this program. The shell asks the program itself, so nothing else is needed.</summary>
internal static class CompletionCommand
{
    private const string Bash = """
        # In ~/.bashrc: eval "$(gaffer completion bash)"
        _gaffer() {
          local line=${COMP_LINE:0:COMP_POINT}
          line="gaffer ${line#* }"
          mapfile -t COMPREPLY < <(compgen -W "$(command gaffer "[suggest:${#line}]" "$line" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}")
        }
        complete -o default -F _gaffer gaffer
        """;

    private const string Zsh = """
        # In ~/.zshrc, after compinit: eval "$(gaffer completion zsh)"
        _gaffer() {
          local line="gaffer ${(j: :)words[2,CURRENT]}"
          local -a found
          found=(${(f)"$(command gaffer "[suggest:${#line}]" "$line" 2>/dev/null)"})
          (( $#found )) && compadd -- $found || _files
        }
        compdef _gaffer gaffer
        """;

    private const string PowerShell = """
        # In $PROFILE: gaffer completion pwsh | Out-String | Invoke-Expression
        Register-ArgumentCompleter -Native -CommandName gaffer -ScriptBlock {
          param($wordToComplete, $commandAst, $cursorPosition)
          $line = "$commandAst".PadRight($cursorPosition - $commandAst.Extent.StartOffset)
          gaffer "[suggest:$($line.Length)]" "$line" 2>$null | Where-Object { $_ -like "$wordToComplete*" } | ForEach-Object {
            [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
          }
        }
        """;

    private static readonly Argument<string> Shell = new("shell") { Description = "bash, zsh or pwsh" };

    public static Command Make()
    {
        if (Shell.CompletionSources.Count == 0) Shell.AcceptOnlyFromAmong("bash", "zsh", "pwsh");
        var command = new Command("completion", "Writes the script that lets a shell complete commands: eval \"$(gaffer completion bash)\"") { Shell };
        command.SetAction(words => Console.Out.Write((words.GetRequiredValue(Shell) switch { "bash" => Bash, "zsh" => Zsh, _ => PowerShell }).ReplaceLineEndings("\n") + "\n"));
        return command;
    }
}
