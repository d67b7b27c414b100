using System.Linq.Expressions;
using System.Reflection;

namespace Fathom.Numerics;

/// <summary>
/// Replays a lambda over doubles on tensors, so that the engine can differentiate it. The lambda comes as an expression tree; arithmetic and the functions
/// of <see cref="Math"/> become the tensor operations of the same name, a choice (<c>?:</c>) follows the branch that the values take, and whatever does not
/// depend on the variables is computed as it stands.
/// </summary>
internal sealed class LambdaTracer
{
    readonly Dictionary<ParameterExpression, Tensor> variables = [];

    LambdaTracer() { }

    /// <summary>A function of a scalar tensor that computes what the lambda computes.</summary>
    public static Func<Tensor, Tensor> Trace(Expression<Func<double, double>> f)
    {
        ArgumentNullException.ThrowIfNull(f);
        return x => new LambdaTracer { variables = { [f.Parameters[0]] = x } }.Visit(f.Body);
    }

    /// <summary>A function of a tensor of two elements that computes what the lambda computes from two numbers.</summary>
    public static Func<Tensor, Tensor> Trace(Expression<Func<double, double, double>> f)
    {
        ArgumentNullException.ThrowIfNull(f);
        return x => new LambdaTracer { variables = { [f.Parameters[0]] = x[0], [f.Parameters[1]] = x[1] } }.Visit(f.Body);
    }

    Tensor Visit(Expression e)
    {
        if (!DependsOnVariable.In(e)) return Constant(e);
        return e switch
        {
            ParameterExpression p => variables[p],
            BinaryExpression b => Binary(b),
            UnaryExpression { NodeType: ExpressionType.Negate } u => -Visit(u.Operand),
            UnaryExpression { NodeType: ExpressionType.UnaryPlus } u => Visit(u.Operand),
            UnaryExpression { NodeType: ExpressionType.Convert } u when u.Type == typeof(double) && u.Operand.Type == typeof(double) => Visit(u.Operand),
            ConditionalExpression c => Visit(Holds(c.Test) ? c.IfTrue : c.IfFalse),
            MethodCallExpression { Object: null } call when IsMath(call.Method) => Function(call),
            _ => throw Unknown(e),
        };
    }

    Tensor Binary(BinaryExpression b) => b.NodeType switch
    {
        ExpressionType.Add => Visit(b.Left) + Visit(b.Right),
        ExpressionType.Subtract => Visit(b.Left) - Visit(b.Right),
        ExpressionType.Multiply => Visit(b.Left) * Visit(b.Right),
        ExpressionType.Divide => Visit(b.Left) / Visit(b.Right),
        _ => throw Unknown(b),
    };

    bool Holds(Expression test) => test switch
    {
        _ when !DependsOnVariable.In(test) => Expression.Lambda<Func<bool>>(test).Compile(preferInterpretation: true)(),
        UnaryExpression { NodeType: ExpressionType.Not } u => !Holds(u.Operand),
        BinaryExpression { NodeType: ExpressionType.AndAlso } b => Holds(b.Left) && Holds(b.Right),
        BinaryExpression { NodeType: ExpressionType.OrElse } b => Holds(b.Left) || Holds(b.Right),
        BinaryExpression { NodeType: ExpressionType.LessThan } b => Value(b.Left) < Value(b.Right),
        BinaryExpression { NodeType: ExpressionType.LessThanOrEqual } b => Value(b.Left) <= Value(b.Right),
        BinaryExpression { NodeType: ExpressionType.GreaterThan } b => Value(b.Left) > Value(b.Right),
        BinaryExpression { NodeType: ExpressionType.GreaterThanOrEqual } b => Value(b.Left) >= Value(b.Right),
        BinaryExpression { NodeType: ExpressionType.Equal } b => Value(b.Left) == Value(b.Right),
        BinaryExpression { NodeType: ExpressionType.NotEqual } b => Value(b.Left) != Value(b.Right),
        _ => throw Unknown(test),
    };

    double Value(Expression e) => Visit(e).Item();

    Tensor Function(MethodCallExpression call)
    {
        Tensor x = Visit(call.Arguments[0]);
        if (call.Arguments.Count == 1) return Function(call, x);
        Tensor y = Visit(call.Arguments[1]);
        return (call.Method.Name, call.Arguments.Count) switch
        {
            (nameof(Math.Pow), 2) => x.Pow(y),
            (nameof(Math.Atan2), 2) => x.Atan2(y),
            (nameof(Math.Max), 2) => x.Maximum(y),
            (nameof(Math.Min), 2) => x.Minimum(y),
            (nameof(Math.Log), 2) => x.Log() / y.Log(),
            _ => throw Unknown(call),
        };
    }

    static Tensor Function(MethodCallExpression call, Tensor x) => call.Method.Name switch
    {
        nameof(Math.Abs) => x.Abs(),
        nameof(Math.Acos) => x.Acos(),
        nameof(Math.Acosh) => x.Acosh(),
        nameof(Math.Asin) => x.Asin(),
        nameof(Math.Asinh) => x.Asinh(),
        nameof(Math.Atan) => x.Atan(),
        nameof(Math.Atanh) => x.Atanh(),
        nameof(Math.Cbrt) => x.Sign() * x.Abs().Pow(1.0 / 3),
        nameof(Math.Ceiling) => x.Ceil(),
        nameof(Math.Cos) => x.Cos(),
        nameof(Math.Cosh) => x.Cosh(),
        nameof(Math.Exp) => x.Exp(),
        nameof(Math.Floor) => x.Floor(),
        nameof(Math.Log) => x.Log(),
        nameof(Math.Log10) => x.Log10(),
        nameof(Math.Log2) => x.Log2(),
        nameof(Math.Sin) => x.Sin(),
        nameof(Math.Sinh) => x.Sinh(),
        nameof(Math.Sqrt) => x.Sqrt(),
        nameof(Math.Tan) => x.Tan(),
        nameof(Math.Tanh) => x.Tanh(),
        nameof(Math.Truncate) => x.Trunc(),
        _ => throw Unknown(call),
    };

    static bool IsMath(MethodInfo m) => m.DeclaringType == typeof(Math) || m.DeclaringType == typeof(double);

    static Tensor Constant(Expression e)
    {
        double value = Expression.Lambda<Func<double>>(Expression.Convert(e, typeof(double))).Compile(preferInterpretation: true)();
        return Tensor.Scalar(value);
    }

    static NotSupportedException Unknown(Expression e) => new(
        $"[derivative] '{e}' cannot be followed: automatic differentiation of a lambda over doubles knows + - * /, ?: and the functions of Math. "
        + "Write the function over Tensor, or use FiniteDifference.Derivative for code that cannot be traced.");

    sealed class DependsOnVariable : ExpressionVisitor
    {
        bool found;

        public static bool In(Expression e)
        {
            var visitor = new DependsOnVariable();
            visitor.Visit(e);
            return visitor.found;
        }

        protected override Expression VisitParameter(ParameterExpression node)
        {
            found = true;
            return node;
        }
    }
}
