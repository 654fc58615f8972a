Console.WriteLine("gaffer");
