//! The sizes in which smaller versions of pictures exist.
//!
//! An address names a size by a code as Magento's does: nobody can ask for another one.

use std::fmt::Write as _;

use sha2::{Digest, Sha256};

/// Where images of products lie below the media address of a shop.
pub const FOLDER: &str = "catalog/product";

/// A frame that a picture is put into, in pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// From left to right.
    pub width: u16,
    /// From top to bottom.
    pub height: u16,
}

/// All sizes, by the role of the picture that a shop shows in them.
pub const SIZES: [Size; 8] = [
    Size::new(700, 700), // image
    Size::new(300, 300), // small_image, in grids
    Size::new(270, 270), // small_image, in lists
    Size::new(270, 207),
    Size::new(240, 300),
    Size::new(75, 90), // thumbnail
    Size::THUMBNAIL,
    Size::new(30, 20), // swatch_image
];

impl Size {
    /// A thumbnail in grids of the panel.
    pub const THUMBNAIL: Self = Self::new(75, 75);

    /// A frame of these pixels.
    pub const fn new(width: u16, height: u16) -> Self {
        Self { width, height }
    }

    /// What stands for it in addresses: 32 hexadecimal digits.
    pub fn code(self) -> String {
        let digest = Sha256::digest(format!("{}x{}", self.width, self.height));
        let mut code = String::with_capacity(32);
        for byte in digest.iter().take(16) {
            let _ = write!(code, "{byte:02x}");
        }
        code
    }

    /// The address of a product's image in this size, below the media address of a shop: `file` is
    /// its path, such as `/f/i/file.jpg`.
    pub fn address(self, file: &str) -> String {
        format!("{FOLDER}/cache/{}{file}", self.code())
    }

    /// The size of a code.
    pub fn of_code(code: &str) -> Option<Self> {
        SIZES.into_iter().find(|size| size.code() == code)
    }
}
