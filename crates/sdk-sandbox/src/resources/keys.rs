//! Keys of the seed records.

/// Format of the keys of the seed records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum KeyKind {
    Number,
    Uuid(u32),
    Word(String),
    /// Generated from the schema. The key can't be converted back to a number.
    Sample,
}

impl KeyKind {
    pub(super) fn write(&self, number: u64) -> Option<String> {
        let number = number.saturating_add(1);
        match self {
            Self::Number => Some(number.to_string()),
            Self::Uuid(mark) => Some(format!("{mark:08x}-0000-4000-a000-{number:012x}")),
            Self::Word(word) => Some(format!("{word}_{number}")),
            Self::Sample => None,
        }
    }

    pub(super) fn read(&self, key: &str) -> Option<u64> {
        let number = match self {
            Self::Number => key.parse().ok(),
            Self::Uuid(_) => u64::from_str_radix(key.rsplit('-').next()?, 16).ok(),
            Self::Word(word) => key
                .strip_prefix(word.as_str())?
                .strip_prefix('_')?
                .parse()
                .ok(),
            Self::Sample => None,
        };
        let number = u64::checked_sub(number?, 1)?;
        (self.write(number).as_deref() == Some(key)).then_some(number)
    }
}
