using Fathom.Autograd;

namespace Fathom.Tests.Autograd;

public class GradientTapeTests
{
    [Fact]
    public void Gives_gradients_of_what_requires_them_and_of_what_is_watched()
    {
        Tensor x = Tensor.Scalar(3f).WithGrad(), c = Tensor.Scalar(2f);
        using var tape = new GradientTape();
        tape.Watch(c);
        Tensor y = x * x * c;
        Tensor?[] g = tape.Gradient(y, [x, c]);
        Assert.Equal(12, g[0]!.Item());
        Assert.Equal(9, g[1]!.Item());
        Assert.Null(x.Grad);                                        // a tape leaves Grad alone
    }

    [Fact]
    public void Watching_ends_with_the_tape_but_its_gradients_can_be_taken_later()
    {
        Tensor x = Tensor.Scalar(3f), y;
        var tape = new GradientTape();
        using (tape)
        {
            tape.Watch(x);
            y = x * x;
        }
        Assert.False(x.RequiresGrad);
        Assert.False((x * 2).RequiresGrad);
        Assert.Equal(6, tape.Gradient(y, x).Item());
        Assert.Throws<InvalidOperationException>(() => tape.Watch(x));
    }

    [Fact]
    public void Nested_tapes_give_higher_derivatives()
    {
        Tensor x = Tensor.Scalar(2.0);
        using var third = new GradientTape();
        using var second = new GradientTape();
        second.Watch(x);
        third.Watch(x);
        Tensor g;
        using (var first = new GradientTape())
        {
            first.Watch(x);
            Tensor y = x * x * x * x;
            g = first.Gradient(y, x);
        }
        Tensor h = second.Gradient(g, x);
        Assert.Equal([32.0, 48.0, 48.0], [g.Item(), h.Item(), third.Gradient(h, x).Item()]);
    }

    [Fact]
    public void A_lone_tape_does_not_record_its_gradients()
    {
        Tensor x = Tensor.Scalar(2.0).WithGrad();
        using var tape = new GradientTape();
        Assert.False(tape.Gradient(x * x, x).RequiresGrad);
    }

    [Fact]
    public void A_persistent_tape_can_be_asked_again_and_about_its_own_gradients()
    {
        Tensor x = Tensor.Scalar(3.0);
        using var tape = new GradientTape(persistent: true);
        tape.Watch(x);
        Tensor y = x * x, z = y * y;
        Assert.Equal(108, tape.Gradient(z, x).Item());
        Tensor dy = tape.Gradient(y, x);
        Assert.Equal(6, dy.Item());
        Assert.Equal(2, tape.Gradient(dy, x).Item());
        Assert.Equal(18, tape.Gradient(z, y).Item());               // of a result on the way
    }

    [Fact]
    public void The_gradient_of_a_result_with_axes_is_that_of_its_sum_or_weighted()
    {
        Tensor x = Tensor.From(1f, 2, 3).WithGrad();
        using var tape = new GradientTape(persistent: true);
        Tensor y = x * x;
        Assert.Equal([2f, 4, 6], tape.Gradient(y, x).ToArray<float>());
        Assert.Equal([0f, 4, 0], tape.Gradient(y, x, Tensor.From(0f, 1, 0)).ToArray<float>());
    }

    [Fact]
    public void Mistakes_are_explained()
    {
        Tensor x = Tensor.Scalar(3f).WithGrad(), other = Tensor.Scalar(1f);
        using var tape = new GradientTape();
        Tensor y = x * other;
        Assert.Null(tape.Gradient(y, [other])[0]);
        Assert.Contains("persistent: true", Assert.Throws<InvalidOperationException>(() => tape.Gradient(y, x)).Message);
        using var again = new GradientTape(persistent: true);
        Assert.Contains("Watch", Assert.Throws<InvalidOperationException>(() => again.Gradient(x * other, other)).Message);
        Assert.Throws<InvalidOperationException>(() => again.Watch(Tensor.Arange(3)));
        Assert.Contains("Watch", Assert.Throws<InvalidOperationException>(() => again.Gradient(other * 2, other)).Message);
    }
}
