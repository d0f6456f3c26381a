/** What an average is made of. */
record Mean(double sum, long count) {
    static final Serde<Mean> SERDE = Serdes.serdeFrom(Mean::toBytes, Mean::fromBytes);

    Mean add(double value) {
        return new Mean(sum + value, count + 1);
    }

    Mean merge(Mean other) {
        return new Mean(sum + other.sum, count + other.count);
    }

    private static byte[] toBytes(String topic, Mean mean) {
        return mean == null
                ? null
                : ByteBuffer.allocate(16).putDouble(mean.sum).putLong(mean.count).array();
    }

    private static Mean fromBytes(String topic, byte[] bytes) {
        if (bytes == null) {
            return null;
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        return new Mean(buffer.getDouble(), buffer.getLong());
    }
}
