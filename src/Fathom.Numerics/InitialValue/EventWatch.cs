namespace Fathom.Numerics.InitialValue;

/// <summary>Finds events on the dense output of each step.</summary>
sealed class EventWatch(IReadOnlyList<IvpEvent> events)
{
    const int Parts = 4;

    readonly double[] last = new double[events.Count];
    readonly List<IvpOccurrence> seen = [];

    internal IReadOnlyList<IvpOccurrence> Seen => seen;

    internal void Begin(double t, double[] y)
    {
        for (int e = 0; e < events.Count; e++) last[e] = Value(events[e], t, [.. y]);
    }

    /// <summary>Records the events within a step, in order; returns the first terminal one, after which nothing is recorded.</summary>
    internal IvpOccurrence? Look(Segment segment, double end, double[] atEnd)
    {
        if (events.Count == 0) return null;
        var found = new List<IvpOccurrence>();
        for (int part = 1; part <= Parts; part++)
        {
            double from = segment.Start + segment.Step * (part - 1) / Parts, to = part == Parts ? end : segment.Start + segment.Step * part / Parts;
            for (int e = 0; e < events.Count; e++)
            {
                double value = Value(events[e], to, part == Parts ? [.. atEnd] : State(segment, to, atEnd.Length));
                if (Counts(events[e].Direction, last[e], value)) found.Add(Locate(events[e], segment, from, to, value == 0, atEnd.Length));
                last[e] = value;
            }
        }
        foreach (IvpOccurrence happening in found.OrderBy(o => o.T * Math.Sign(segment.Step)))
        {
            seen.Add(happening);
            if (happening.Event.Terminal) return happening;
        }
        return null;
    }

    static bool Counts(EventDirection direction, double before, double after) => direction switch
    {
        EventDirection.Rising => before < 0 && after >= 0,
        EventDirection.Falling => before > 0 && after <= 0,
        _ => (before < 0 && after >= 0) || (before > 0 && after <= 0),
    };

    // Bisection: robust, and 60 polynomial evaluations are cheap beside an event.
    static IvpOccurrence Locate(IvpEvent happening, Segment segment, double from, double to, bool atEnd, int size)
    {
        if (!atEnd)
        {
            bool below = Value(happening, from, State(segment, from, size)) < 0;
            while (true)
            {
                double middle = from + (to - from) / 2;
                if (middle == from || middle == to) break;
                if (Value(happening, middle, State(segment, middle, size)) < 0 == below) from = middle; else to = middle;
            }
        }
        return new(happening, to, State(segment, to, size));
    }

    static double[] State(Segment segment, double t, int size)
    {
        var y = new double[size];
        segment.Evaluate(t, y);
        return y;
    }

    static double Value(IvpEvent happening, double t, double[] y)
    {
        double value = happening.Function(t, y);
        return double.IsFinite(value) ? value
            : throw new ArithmeticException($"[initial value] the event '{happening.Name}' is {value} at t = {t}: its function must be finite along the solution");
    }
}
