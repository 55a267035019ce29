//! How an input is read: short fields as lines, then the rest.

use std::borrow::Cow;

use trackward_core::Headers;

/// The first line as text, without its end, and what follows it.
pub(crate) fn line(input: &[u8]) -> (Cow<'_, str>, &[u8]) {
    let end = input.iter().position(|byte| *byte == b'\n');
    let (line, rest) = end.map_or((input, &[][..]), |end| (&input[..end], &input[end + 1..]));
    (String::from_utf8_lossy(line), rest)
}

/// Header fields as HTTP writes them, an empty line, and the body.
pub(crate) fn message(mut input: &[u8]) -> (Headers, &[u8]) {
    let mut fields = Vec::new();
    while !input.is_empty() {
        let (field, rest) = line(input);
        input = rest;
        match field.split_once(':') {
            Some((name, value)) => fields.push((name.trim().to_owned(), value.trim().to_owned())),
            None => break,
        }
    }
    (Headers::from_iter(fields), input)
}
