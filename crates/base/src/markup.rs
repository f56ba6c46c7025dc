//! Pieces of XML as they must be told apart before a parser is let at it: whoever bounds depth and
//! counts goes over the bytes with these, so that no nesting is hidden in a comment or a quoted value.

/// What ends a comment, a section of plain text, or an instruction.
pub fn markup_end(after: &[u8]) -> Option<&'static [u8]> {
    let kinds: [(&[u8], &[u8]); 3] = [(b"!--", b"-->"), (b"![CDATA[", b"]]>"), (b"?", b"?>")];
    let found = kinds
        .into_iter()
        .find(|(start, _)| after.starts_with(start));
    found.map(|(_, end)| end)
}

/// The start of an element, as far as it matters for its bounds.
pub struct Tag {
    /// How many bytes there are before its `>`, or all where there is none.
    pub length: usize,
    /// How many `=` stand outside of quoted values.
    pub attributes: usize,
    /// Whether it ends with `/>`.
    pub closes_itself: bool,
}

impl Tag {
    /// Reads up to the `>` that stands in no quoted value.
    pub fn read(bytes: &[u8]) -> Self {
        let mut tag = Self {
            length: bytes.len(),
            attributes: 0,
            closes_itself: false,
        };
        let mut quote = None;
        for (at, byte) in bytes.iter().enumerate() {
            match (quote, byte) {
                (Some(open), byte) if open == byte => quote = None,
                (Some(_), _) => {}
                (None, b'"' | b'\'') => quote = Some(byte),
                (None, b'=') => tag.attributes += 1,
                (None, b'>') => {
                    tag.length = at;
                    tag.closes_itself = bytes[..at].ends_with(b"/");
                    break;
                }
                (None, _) => {}
            }
        }
        tag
    }
}
