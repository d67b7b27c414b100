using System.Diagnostics.Tracing;

namespace Fathom.Cli.Bench;

/// <summary>Listens to the runtime for how long the garbage collector stops the program, from the time it asks threads to stop to the time they run again.</summary>
internal sealed class CollectorPauses : EventListener
{
    const string RuntimeEvents = "Microsoft-Windows-DotNETRuntime";
    const EventKeywords CollectorEvents = (EventKeywords)0x1;

    // Numbers of events and of reasons in the runtime's manifest.
    const int RestartEnd = 3, SuspendBegin = 9;
    const uint SuspendForCollection = 1, SuspendForCollectionPreparation = 6;

    readonly Lock _gate = new();
    readonly List<(DateTime Begin, TimeSpan Length)> _pauses = [];
    DateTime? _begin;

    /// <summary>The pauses that began within a time, as far as they have been reported; the runtime reports them with a delay of some tenths of a second.</summary>
    public IReadOnlyList<TimeSpan> Between(DateTime from, DateTime to)
    {
        lock (_gate) return [.. _pauses.Where(p => p.Begin >= from && p.Begin <= to).Select(p => p.Length)];
    }

    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        if (eventSource.Name == RuntimeEvents) EnableEvents(eventSource, EventLevel.Informational, CollectorEvents);
    }

    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        // The runtime may tell of events while the base constructor is still at work.
        if (_gate is null) return;
        lock (_gate)
        {
            if (eventData.EventId == SuspendBegin && eventData.Payload?[0] is SuspendForCollection or SuspendForCollectionPreparation) _begin = eventData.TimeStamp;
            else if (eventData.EventId == RestartEnd && _begin is { } begin)
            {
                _pauses.Add((begin, eventData.TimeStamp - begin));
                _begin = null;
            }
        }
    }
}
