using Gaffer.Node;

if (args is not ["run", ..]) PipeOutput.Take();         // a node goes on, whoever reads its log
return await CommandLine.RunAsync(args);
