fn consume(mut self, other: Self) -> Self {
    self.merge(other);
    self
}
