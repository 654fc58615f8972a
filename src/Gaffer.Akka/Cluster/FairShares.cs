namespace Gaffer;

/// <summary>Divides permits among queues: nobody gets more than it wants, and who wants more than an equal part gets no less than anybody else.</summary>
internal static class FairShares
{
    /// <summary>The share of each.</summary>
    /// <param name="total">Permits.</param>
    /// <param name="wants">What each could use, in the order in which remainders are given out.</param>
    public static int[] Divide(int total, IReadOnlyList<int> wants)
    {
        var shares = new int[wants.Count];
        var left = Math.Max(total, 0);
        var unmet = Enumerable.Range(0, wants.Count).OrderBy(i => wants[i]).ToList();
        while (unmet.Count > 0 && wants[unmet[0]] <= left / unmet.Count)
        {
            shares[unmet[0]] = wants[unmet[0]];
            left -= wants[unmet[0]];
            unmet.RemoveAt(0);
        }

        unmet.Sort();
        for (var i = 0; i < unmet.Count; i++) shares[unmet[i]] = (left / unmet.Count) + (i < left % unmet.Count ? 1 : 0);
        return shares;
    }

    /// <summary>Whether some who want permits get none, so that they must take turns.</summary>
    public static bool AreTurnsNeeded(int total, IEnumerable<int> wants) => wants.Count(w => w > 0) > total;
}
