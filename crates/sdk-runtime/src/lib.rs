//! The call path, tokens and errors that every vendor client shares.
