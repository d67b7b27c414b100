namespace Fathom.Training;

/// <summary>How much a lesson computes.</summary>
public enum LessonSize
{
    /// <summary>A few seconds, on built-in data: what tests run.</summary>
    Fast,

    /// <summary>Ends within a minute on two cores.</summary>
    Usual,

    /// <summary>As large as the course has it; may take long.</summary>
    Full,
}
