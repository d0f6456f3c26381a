static final class {{name}} implements AggregateFunction<Event, {{accumulator}}, {{result}}> {
    @Override
    public {{accumulator}} createAccumulator() {
        return {{empty}};
    }

    @Override
    public {{accumulator}} add(Event event, {{accumulator}} soFar) {
        return {{add}};
    }

    @Override
    public {{result}} getResult({{accumulator}} soFar) {
        return {{get}};
    }

    @Override
    public {{accumulator}} merge({{accumulator}} a, {{accumulator}} b) {
        return {{merge}};
    }
}
