using Gaffer.Node;

return await CommandLine.RunAsync(args);
