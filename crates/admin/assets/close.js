// Back from the third party: the window that was opened for it closes by itself, as Magento's does.
setTimeout(() => close(), 1000);
